import numpy.testing
from sklearn.model_selection import train_test_split
from sklearn.linear_model import LogisticRegression
