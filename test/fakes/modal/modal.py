"""Stands for Modal's Python package in tests: what launchers of Bridge use of it, with folders for volumes and dicts.

BRIDGE_FAKE_MODAL names the folder that stands for the service. Functions run here, in this process.
"""
import os
import pathlib
import sys

STATE = pathlib.Path(os.environ["BRIDGE_FAKE_MODAL"])


def current_input_id():
    return os.environ.get("FAKE_INPUT_ID", f"in-{os.getpid()}")


class Image:
    def __init__(self):
        self.steps = []

    @staticmethod
    def debian_slim(python_version=None):
        image = Image()
        image.steps.append(("debian_slim", python_version))
        return image

    def pip_install_from_requirements(self, path):
        if not os.path.exists(path):
            raise FileNotFoundError(path)
        self.steps.append(("requirements", path))
        return self

    def add_local_dir(self, local_path, remote_path, *, copy=False, ignore=()):
        self.steps.append(("add_local_dir", local_path, remote_path, list(ignore)))
        return self


class Volume:
    def __init__(self, path):
        self.path = path

    @staticmethod
    def from_name(name, create_if_missing=False):
        path = STATE / "volumes" / name
        if create_if_missing:
            path.mkdir(parents=True, exist_ok=True)
        elif not path.exists():
            raise RuntimeError(f"Volume {name} not found")
        return Volume(path)

    def commit(self):
        pass

    def reload(self):
        pass


class Dict:
    def __init__(self, path):
        self.path = path

    @staticmethod
    def from_name(name, create_if_missing=False):
        path = STATE / "dicts" / name
        path.mkdir(parents=True, exist_ok=True)
        return Dict(path)

    def put(self, key, value, skip_if_exists=False):
        try:
            with open(self.path / key, "x" if skip_if_exists else "w") as file:
                file.write(value)
            return True
        except FileExistsError:
            return False

    def get(self, key, default=None):
        try:
            return (self.path / key).read_text()
        except FileNotFoundError:
            return default


class Function:
    def __init__(self, raw, options):
        self.raw = raw
        self.options = options

    def remote(self, *args):
        return self.raw(*args)


class App:
    current = None

    def __init__(self, name):
        self.name = name
        self.entry = None
        self.function_options = None
        App.current = self

    def function(self, **options):
        known = {"image", "gpu", "timeout", "volumes"}
        if set(options) - known:
            raise TypeError(f"unexpected {set(options) - known}")
        self.function_options = options

        def wrap(raw):
            return Function(raw, options)

        return wrap

    def local_entrypoint(self):
        def wrap(raw):
            self.entry = raw
            return raw

        return wrap


if __name__ == "__main__":
    sys.exit("This is a module; the client beside it is called modal.")
