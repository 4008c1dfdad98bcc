# Networks of scikit-learn, and what scikit-learn gives for some rows.
import numpy as np, onnx, sys
from onnx.utils import extract_model
from sklearn.neural_network import MLPRegressor, MLPClassifier
from sklearn.ensemble import RandomForestRegressor
from skl2onnx import to_onnx
OUT=sys.argv[1]+'/'
rng=np.random.default_rng(1)
X=np.round(rng.normal(size=(200,5)),3).astype(np.float32); y=X[:,0]*2-X[:,1]+.5*X[:,2]**2
def csv(name,units):
    units=np.asarray(units).reshape(12,-1)
    with open(OUT+name,'w') as f:
        f.write(','.join([f'x{i}' for i in range(5)]+[f'unit_{i}' for i in range(units.shape[1])])+'\n')
        for r,u in zip(X[:12],units): f.write(','.join([f'{v:.3f}'.rstrip('0').rstrip('.') for v in r]+[f'{v:.9g}' for v in u])+'\n')
m=MLPRegressor(hidden_layer_sizes=(8,),max_iter=300,random_state=0).fit(X,y)
onnx.save(to_onnx(m,X[:1],target_opset=17),OUT+'sklearn-regressor.onnx'); csv('sklearn-regressor.csv',m.predict(X[:12]))
c=MLPClassifier(hidden_layer_sizes=(8,),max_iter=300,random_state=0).fit(X,(y>1).astype(int)+(y>2))
o=to_onnx(c,X[:1],options={'zipmap':False}); onnx.save(o,OUT+'sklearn-classifier-whole.onnx')
extract_model(OUT+'sklearn-classifier-whole.onnx',OUT+'sklearn-classifier.onnx',['X'],['probabilities']); csv('sklearn-classifier.csv',c.predict_proba(X[:12]))
r=RandomForestRegressor(2,max_depth=2,random_state=0).fit(X,y); onnx.save(to_onnx(r,X[:1]),OUT+'sklearn-forest.onnx'); csv('sklearn-forest.csv',r.predict(X[:12]))
