import type { Rule } from './rule';

const install = 'in the environment the run uses (or activate the right one), then run again.';
const reach =
  'Check that the machine reaches the address (compute nodes often have no internet), set a proxy or download once beforehand, then run again.';
const path =
  'Check the path and the folder the run starts in; create or download the file, or correct the argument that names it.';

/** GPU software, Python packages, files, rights and the network: what a run finds where it runs. */
export const environmentRules: readonly Rule[] = [
  // --- GPU software. Before the rest: "CUDA error: ..." says it all, and its hints mention files and modules.
  {
    class: 'cuda',
    text: /no kernel image is available|driver version is insufficient|nvidia driver on your system is (?:too old|not)|found no nvidia driver|not compiled with cuda|no cuda gpus are available|cuda is not available|cuda unknown error|torch\.cuda\.is_available\(\) is false|invalid device ordinal|forward compatibility was attempted|no cuda-capable device|nvml.{0,40}(?:mismatch|not found)|ptx was compiled with an unsupported|cuda initialization|error from cudagetdevicecount/i,
    summary: 'CUDA cannot be used here',
    advice:
      'Check `nvidia-smi`, CUDA_VISIBLE_DEVICES and that the installed build of the framework fits driver and GPU (`python -m torch.utils.collect_env`).',
  },
  {
    class: 'cuda',
    text: /device-side assert|vectorized_gather_kernel|\.cu:\d{1,6}:.{0,200}assertion/i,
    summary: 'a CUDA kernel failed an assertion, often a label or index outside its range',
    advice:
      'Run once on the CPU, or with CUDA_LAUNCH_BLOCKING=1, to see the line; then compare labels and token ids with the sizes of classes and embeddings.',
  },
  {
    class: 'cuda',
    text: /cuda error|cuda runtime error|cuda driver error|cuda failure|cuda call failed|cudnn error|cudnn_status_|cublas_status_|cublas error|cusolver|cufft_|cusparse_status|nvrtc_error|\bhip error|hiperror|hipblas|illegal memory access|cuda_error_|cudaerror|unhandled cuda error|fail(?:ed)? to (?:find the dnn|create cublas|initialize nvml|get convolution)|dnn (?:implementation|library) is not found|no dnn in stream|triton error \[cuda\]|uncorrectable ecc|gpu has fallen off the bus/i,
    summary: 'the GPU or its libraries failed',
    advice:
      'Run with CUDA_LAUNCH_BLOCKING=1 to see the line; if it is not always the same, try another GPU and check that driver, CUDA and the framework fit each other.',
  },
  {
    class: 'network',
    text: /ncclremoteerror|remote process exited or there was a network error/i,
    role: 'consequence',
    summary: 'the connection to another process of the run was lost',
    advice:
      'Read the log of the rank that ended first; if none did, check the network interface (NCCL_SOCKET_IFNAME).',
  },
  {
    class: 'cuda',
    text: /nccl error|ncclsystemerror|ncclinternalerror|ncclunhandledcudaerror|ncclinvalidusage|nccl communicator was aborted|distbackenderror/i,
    role: 'consequence',
    summary: 'communication between GPUs failed',
    advice:
      'Read the log of the rank that ended first; if none did, run with NCCL_DEBUG=INFO and check the network interface (NCCL_SOCKET_IFNAME).',
  },

  // --- Python packages and shared libraries.
  // A circular import is no missing package: nothing can be installed against it.
  {
    class: 'code',
    text: /most likely due to a circular import|partially initialized module/i,
    summary: 'modules import each other in a circle',
    advice:
      'Look for a file of the project that is named like a package (torch.py, random.py), or move the import into the function that needs it.',
  },
  {
    class: 'missing-module',
    text: /no module named ["']?(?<module>[\w.]{1,100})/i,
    summary: 'Python module {module} is missing',
    advice: `Install the package that provides {module} ${install}`,
  },
  {
    class: 'missing-module',
    text: /cannot import name ["']?(?<name>\w{1,100})["']?(?: from (?:partially initialized module )?["']?(?<module>[\w.]{1,100}))?/i,
    summary: 'name {name} is missing from an installed module, mostly a matter of versions',
    advice:
      'Install the version of the package that the code was written for, or change the import to where the name now is.',
  },
  {
    class: 'missing-module',
    text: /(?<module>lib[\w.+-]{1,80}\.so[\w.]{0,20}): cannot open shared object file|dll load failed|undefined symbol: |version `\w{1,20}[\d.]{1,20}' not found/i,
    summary: 'a shared library is missing or of another version ({module})',
    advice:
      'Load the module or install the package that provides it, and set LD_LIBRARY_PATH; an undefined symbol means packages built for different versions: reinstall them together.',
  },
  {
    class: 'missing-module',
    exceptions: [
      'modulenotfounderror',
      'importerror',
      'packagenotfounderror',
      'distributionnotfound',
      'versionconflict',
      'contextualversionconflict',
      'environmentlocationnotfound',
      'resolvepackagenotfound',
      'optionalimporterror',
    ],
    summary: 'a Python package is missing or does not fit',
    advice: `Install what the message names ${install}`,
  },
  {
    class: 'missing-module',
    text: /missing optional dependency|no matching distribution found|resolutionimpossible|(?:please|need to|must) (?:first )?(?:pip )?install (?:either |the )?[`'"\w-]{2,40}|pip install [\w-]{2,40}|is not installed\b|need to have [\w-]{2,40} installed|needs? [\w-]{2,40} to be installed|not a conda environment|could not find conda environment|requires? the [\w-]{2,40} (?:library|package)|failed to import .{1,120} because of the following error|the following module\(s\) are unknown|unable to locate a modulefile/i,
    summary: 'software the run needs is not installed',
    advice: `Install what the message names ${install}`,
  },

  // --- Files. By name first; the words come after the network's, where "not found" is a server's answer.
  {
    class: 'missing-file',
    exceptions: ['filenotfounderror', 'datasetnotfounderror', 'nosuchfileerror', 'missingconfigexception'],
    summary: 'a file is missing',
    advice: path,
  },
  {
    class: 'missing-file',
    text: /resource ['"]?(?<file>[\w./-]{1,100})['"]? not found.{0,20}please use the nltk/i,
    summary: 'NLTK data {file} is missing',
    advice: 'Download it once (nltk.download) to a folder of NLTK_DATA that the run can read.',
  },

  // --- Rights. A remote service that answers "permission denied" is no matter of files, so that comes first.
  {
    class: 'network',
    text: /permissiondenied(?:error)?: .{0,200}(?:request failed|project|iam|the user does not|caller does not|api)|\b40[13] (?:client error|forbidden|unauthorized)|http error 40[13]|gated repo|access to model .{1,120} is restricted|invalid (?:user ?name or password|api key)|incorrect api key/i,
    summary: 'a remote service refused access',
    advice:
      'Log in or set the token on the machine that runs (and accept the terms of gated data), then run again.',
  },
  {
    class: 'permission',
    text: /\berrno (?:13|1|30)\]|\berrno = 13\b|permission denied|operation not permitted|read-only file system|access is denied|access denied|\beacces\b|\berofs\b/i,
    summary: 'permission denied',
    advice: 'Check owner and mode of what the message names (`ls -ld`), or write to a folder that is yours.',
  },
  {
    class: 'permission',
    exceptions: ['permissionerror'],
    summary: 'permission denied',
    advice: 'Check owner and mode of what the message names (`ls -ld`), or write to a folder that is yours.',
  },
  {
    class: 'permission',
    exceptions: [
      'nocredentialserror',
      'credentialretrievalerror',
      'defaultcredentialserror',
      'partialcredentialserror',
      'authenticationexception',
    ],
    summary: 'no credentials were found',
    advice: 'Set the credentials on the machine that runs, then run again.',
  },
  {
    class: 'permission',
    text: /api_key not configured|unable to locate credentials|host key verification failed|could not automatically determine credentials/i,
    summary: 'no credentials were found',
    advice:
      'Log in or set the key on the machine that runs (for W&B, WANDB_API_KEY or WANDB_MODE=offline), then run again.',
  },

  // --- Network.
  {
    class: 'network',
    exceptions: [
      'connectionerror',
      'connectionrefusederror',
      'connectionreseterror',
      'connectionabortederror',
      'connecterror',
      'connecttimeout',
      'connecttimeouterror',
      'readtimeout',
      'readtimeouterror',
      'maxretryerror',
      'newconnectionerror',
      'nameresolutionerror',
      'protocolerror',
      'proxyerror',
      'sslerror',
      'sslcertverificationerror',
      'gaierror',
      'herror',
      'urlerror',
      'httperror',
      'httpstatuserror',
      'hfhubhttperror',
      'repositorynotfounderror',
      'gatedrepoerror',
      'entrynotfounderror',
      'localentrynotfounderror',
      'offlinemodeisenabled',
      'remotedisconnected',
      'incompleteread',
      'chunkedencodingerror',
      'clientconnectorerror',
      'clientresponseerror',
      'serverdisconnectederror',
      'endpointconnectionerror',
      'endpointnotfound',
      'apiconnectionerror',
      'apierror',
      'apiexception',
      'apitimeouterror',
      'apistatuserror',
      'ratelimiterror',
      'authenticationerror',
      'serviceunavailableerror',
      'serviceunavailable',
      'unavailableerror',
      'unavailable',
      'commerror',
      'toomanyrequests',
      'downloaderror',
      'requestexception',
      'forbidden',
      'unauthorized',
      'badgateway',
      'gatewaytimeout',
      'inactiverpcerror',
      '_inactiverpcerror',
      'rpcerror',
      'nonmatchingchecksumerror',
      'invalidschema',
      'missingschema',
      'invalidurl',
      'sshexception',
      'transporterror',
      'remoteprotocolerror',
      'networkerror',
      'contenttooshorterror',
    ],
    summary: 'the network or a remote service failed',
    advice: reach,
  },
  {
    class: 'network',
    text: /url fetch failure|temporary failure in name resolution|name or service not known|could not resolve host|nodename nor servname|getaddrinfo failed|failed to resolve|network is unreachable|no route to host|connection (?:refused|reset|aborted|closed by)|max retries exceeded|couldn't connect to|could not connect to|cannot connect to|can't connect to|failed to (?:download|connect|fetch)|http error \d{3}|\b[45]\d\d (?:client|server) error|bad gateway|service unavailable|too many requests|certificate verify failed|\bssl: |remote end closed connection|address already in use|server socket has failed to listen|\berrno (?:98|99|101|104|111|113|-2|-3)\b|unable to access 'https?:|error reading from cloud|request failed|broken pipe.{0,40}(?:socket|http)|an error occurred \((?:4\d\d|5\d\d|accessdenied|nosuchkey|nosuchbucket|throttling)|proxy error|offline mode is enabled|remote process exited or there was a network error|nosuchbucket|certificate has expired/i,
    summary: 'the network or a remote service failed',
    advice: reach,
  },

  // --- Files, by words.
  {
    class: 'missing-file',
    text: /no such file or directory|\berrno 2\]|\berrno = 2\b|\benoent\b|no file or directory found|unable to open (?:database )?file|file not found|cannot find the (?:file|path)|can(?:no|')t (?:find|open|locate) (?:a |the )?(?:file|vocabulary|model|checkpoint|config|resource|weights?|dataset|path)|(?:could|can) ?not (?:find|open|locate|load) (?:a |any |the )?[\w ]{0,30}(?:file|checkpoint|folder|directory|path|image|dataset|vocabulary)|cannot identify image file|can(?:no|')t open\/read file|can't load (?:the )?(?:tokenizer|model|config\w*|feature extractor|image processor|weights)\b|failed to find any matching files|is not a local folder and is not a valid model identifier|error no file named|does not appear to have a file named|initializing from file failed|saved ?model file does not exist|(?:no|couldn't find any|could not find any) (?:images?|files?|data|checkpoints?|tfrecords?) (?:were |was )?(?:found|in)\b|is not a (?:valid )?(?:directory|folder)\b|found 0 (?:images|files)|couldn't find (?:a )?(?:file|dataset|any data|'|module)/i,
    summary: 'a file is missing or cannot be read',
    advice: path,
  },
  {
    class: 'missing-file',
    text: /(?:file|directory|folder|path|checkpoint|weights)\b.{0,300}\b(?:does not exist|doesn't exist|do not exist|not found|is missing|not exist)|[\w-]\.[a-z]\w{1,5}['"]? (?:does not exist|doesn't exist|not found|is missing)|not found:? .{0,120}[\w-]\.(?:csv|tsv|json|jsonl|txt|pt|pth|pkl|h5|hdf5|ya?ml|npy|npz|parquet|png|jpe?g|zip|gz|tar|onnx|safetensors)\b/i,
    summary: 'a file is missing',
    advice: path,
  },
];
