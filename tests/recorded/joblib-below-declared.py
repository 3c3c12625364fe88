from sklearn.ensemble import RandomForestClassifier
RandomForestClassifier(4,n_jobs=2).fit([[0],[1]]*9,[0,1]*9)
