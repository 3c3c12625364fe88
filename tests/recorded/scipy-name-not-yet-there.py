from sklearn.model_selection import train_test_split
from sklearn.linear_model import LogisticRegression
import sklearn.ensemble, sklearn.manifold, sklearn.gaussian_process
