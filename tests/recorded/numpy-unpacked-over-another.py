import numpy as np
print(np.__version__)
import numpy.core.multiarray
from sklearn.model_selection import train_test_split
from sklearn.linear_model import LogisticRegression
