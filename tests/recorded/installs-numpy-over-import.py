import subprocess, sys
import numpy as np; np.zeros(3)
subprocess.check_call([sys.executable,'-m','pip','install','-q','--disable-pip-version-check','numpy==2.2.6','scikit-learn==1.5.2','scipy==1.15.3'])
from sklearn.model_selection import train_test_split
from sklearn.linear_model import LogisticRegression

