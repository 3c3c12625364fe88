import importlib.metadata as md, sklearn
vs=[d.version for d in md.distributions() if (d.metadata['Name'] or '').lower()=='scikit-learn']
print('metadata', md.version('scikit-learn'), vs, 'code', sklearn.__version__)
assert len(vs)==1, 'two dist-info directories: %r, code is %s'%(vs,sklearn.__version__)
