import type { Effect, Family, Task } from './value';

export interface KnownClass {
  readonly family: Family;
  readonly effect: Effect | null;
  readonly task: Task;
}

const known = new Map<string, KnownClass>();

function add(family: Family, effect: Effect | null, names: string): void {
  for (const name of names.split(/\s+/)) known.set(name, { family, effect, task: null });
}

add(
  'transformer',
  'scale',
  'StandardScaler MinMaxScaler RobustScaler MaxAbsScaler QuantileTransformer PowerTransformer SplineTransformer KBinsDiscretizer',
);
add('transformer', 'impute', 'SimpleImputer Imputer KNNImputer IterativeImputer MissForest');
add(
  'transformer',
  'encode',
  'OneHotEncoder OrdinalEncoder CountEncoder DictVectorizer BinaryEncoder HelmertEncoder',
);
add('transformer', 'vectorise', 'CountVectorizer TfidfVectorizer TfidfTransformer Tokenizer');
add(
  'transformer',
  'project',
  'PCA KernelPCA IncrementalPCA SparsePCA TruncatedSVD FastICA NMF LatentDirichletAllocation FactorAnalysis UMAP TSNE',
);
add(
  'transformer',
  'select',
  'SelectKBest SelectPercentile SelectFromModel SelectFpr SelectFdr SelectFwe GenericUnivariateSelect RFE RFECV SequentialFeatureSelector BorutaPy VarianceThreshold',
);
add(
  'transformer',
  'target',
  'TargetEncoder MEstimateEncoder CatBoostEncoder LeaveOneOutEncoder WOEEncoder JamesSteinEncoder GLMMEncoder',
);
// Layers of Keras that learn by `adapt`.
add('transformer', 'encode', 'StringLookup IntegerLookup CategoryEncoding');
add('transformer', 'vectorise', 'TextVectorization');
add('transformer', 'scale', 'Normalization');
add('transformer', 'discretise', 'Discretization');
// What they learn says nothing of other rows: a category's number, a row's own norm.
add(
  'stateless',
  null,
  'Normalizer Binarizer PolynomialFeatures FunctionTransformer HashingVectorizer FeatureHasher LabelEncoder LabelBinarizer MultiLabelBinarizer',
);
add(
  'sampler',
  'resample',
  'SMOTE SMOTENC SMOTEN ADASYN BorderlineSMOTE SVMSMOTE KMeansSMOTE RandomOverSampler SMOTEENN SMOTETomek',
);
add(
  'sampler',
  null,
  'RandomUnderSampler NearMiss TomekLinks EditedNearestNeighbours ClusterCentroids OneSidedSelection NeighbourhoodCleaningRule',
);
add(
  'compound',
  null,
  'Pipeline ColumnTransformer FeatureUnion DataFrameMapper TransformedTargetRegressor make_pipeline make_column_transformer make_union make_imb_pipeline Compose',
);
add(
  'search',
  null,
  'GridSearchCV RandomizedSearchCV HalvingGridSearchCV HalvingRandomSearchCV BayesSearchCV',
);
add(
  'splitter',
  null,
  'KFold StratifiedKFold RepeatedKFold RepeatedStratifiedKFold ShuffleSplit StratifiedShuffleSplit GroupKFold StratifiedGroupKFold GroupShuffleSplit LeaveOneGroupOut LeaveOneOut TimeSeriesSplit PredefinedSplit',
);

/** Random changes of images (torchvision, albumentations). */
const augmentation =
  /^Random(?:(?:Horizontal|Vertical)?Flip|Rotation|Rotate\w*|ResizedCrop|Crop|SizedCrop|Affine|Perspective|Erasing|Invert|Solarize|Equalize|Autocontrast|AdjustSharpness|Grayscale|Brightness\w*|Contrast|Gamma|Posterize|Zoom|Translation|Scale)$|^(?:ColorJitter|ShiftScaleRotate|HueSaturationValue|HorizontalFlip|VerticalFlip|AutoAugment|RandAugment|TrivialAugmentWide|AugMix|ElasticTransform|GridDistortion|CoarseDropout|GaussNoise)$/;

const classifier =
  /Classifier(?:CV)?$|^LogisticRegression(?:CV)?$|^(?:Linear|Nu)?SVC$|NB$|^Perceptron$|DiscriminantAnalysis$|^NearestCentroid$/;
const regressor =
  /Regressor(?:CV)?$|^(?:LinearRegression|Ridge(?:CV)?|KernelRidge|Lasso\w*|ElasticNet(?:CV)?|(?:Linear|Nu)?SVR|BayesianRidge|ARDRegression|Lars(?:CV)?)$/;
const otherModel =
  /^(?:KMeans|MiniBatchKMeans|DBSCAN|GaussianMixture|AgglomerativeClustering|IsolationForest|OneClassSVM|LocalOutlierFactor|Sequential|Model|Functional)$/;

/** What is known of a class by its name; null for one that is not known. */
export function knownClass(name: string): KnownClass | null {
  const found = known.get(name);
  if (found) return found;
  if (augmentation.test(name)) return { family: 'transformer', effect: 'augment', task: null };
  if (classifier.test(name)) return { family: 'model', effect: null, task: 'classification' };
  if (regressor.test(name)) return { family: 'model', effect: null, task: 'regression' };
  return otherModel.test(name)
    ? { family: 'model', effect: /Means|DBSCAN|Mixture|Clustering/.test(name) ? 'cluster' : null, task: null }
    : null;
}
