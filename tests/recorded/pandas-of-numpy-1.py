import sklearn.linear_model
import pandas as pd
