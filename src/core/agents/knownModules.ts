/** Distributions whose name is not that of their module. */
const renamed: Readonly<Record<string, string>> = {
  cv2: 'opencv-python',
  sklearn: 'scikit-learn',
  skimage: 'scikit-image',
  PIL: 'Pillow',
  yaml: 'PyYAML',
  bs4: 'beautifulsoup4',
  dateutil: 'python-dateutil',
  sentencepiece: 'sentencepiece',
  umap: 'umap-learn',
  faiss: 'faiss-cpu',
  pytorch_lightning: 'pytorch-lightning',
  hydra: 'hydra-core',
  omegaconf: 'omegaconf',
  torch_geometric: 'torch-geometric',
};
/** Modules of the field that are called like what installs them. */
const same = new Set(
  (
    'numpy scipy pandas matplotlib torch torchvision torchaudio tensorflow keras jax flax optax transformers datasets ' +
    'tokenizers accelerate evaluate peft trl tqdm wandb tensorboard seaborn plotly statsmodels xgboost lightgbm catboost ' +
    'timm einops lightning torchmetrics sacrebleu rouge_score nltk spacy gensim requests httpx pydantic rich typer click ' +
    'fire absl pyarrow polars h5py networkx numba joblib tabulate psutil gymnasium optuna ray safetensors imageio'
  ).split(' '),
);

/**
 * What installs a module, where that is well known or the project itself names it. Null: nobody knows, and a name that
 * somebody else could have taken is never proposed.
 */
export function distributionOf(module: string, requirements: string): string | null {
  const top = module.split('.')[0]!;
  const known = Object.hasOwn(renamed, top) ? renamed[top]! : same.has(top) ? top.replaceAll('_', '-') : null;
  if (known !== null) return known;
  const word = new RegExp(`^[ \\t\\-"']*(${top.replaceAll(/[^\w]/g, '').replaceAll('_', '[-_]')})\\b`, 'im');
  return word.exec(requirements)?.[1] ?? null;
}
