# Networks of Keras by tf2onnx, and what Keras gives for some rows.
import os, sys; os.environ['TF_CPP_MIN_LOG_LEVEL']='3'
import tensorflow as tf, tf2onnx, onnx, numpy as np
tf.keras.utils.set_random_seed(1)
OUT=sys.argv[1]+'/'; K=tf.keras; D=K.layers
rng=np.random.default_rng(5)
def make(name,m,shape,op):
    for w in m.weights: w.assign(np.round(w.numpy()*1024)/1024+(np.round(rng.uniform(.1,.5,w.shape)*1024)/1024 if 'moving' in w.path or 'bias' in w.path else 0))
    spec=tf.TensorSpec((None,)+shape,tf.float32,name='x')
    @tf.function(input_signature=[spec])
    def f(x): return m(x,training=False)
    o,_=tf2onnx.convert.from_function(f,input_signature=[spec],opset=op); onnx.save(o,OUT+name+'.onnx')
    x=np.round(rng.normal(size=(12,)+shape),3).astype(np.float32); y=np.asarray(m(x,training=False)).reshape(12,-1); x=x.reshape(12,-1)
    with open(OUT+name+'.csv','w') as g:
        g.write(','.join([f'x{i}' for i in range(x.shape[1])]+[f'unit_{i}' for i in range(y.shape[1])])+'\n')
        for r,u in zip(x,y): g.write(','.join([f'{v:.3f}'.rstrip('0').rstrip('.') for v in r]+[f'{v:.9g}' for v in u])+'\n')
def dense(): return K.Sequential([D.Input((6,)),D.Dense(8,'swish'),D.BatchNormalization(),D.Dense(3,'softmax')])
make('keras-dense-8',dense(),(6,),8)
make('keras-image',K.Sequential([D.Input((6,6,2)),D.Conv2D(3,3,padding='same',activation='relu'),D.MaxPooling2D(),D.SeparableConv2D(4,2),D.ZeroPadding2D(1),D.Conv2DTranspose(2,2,strides=2),D.GlobalAveragePooling2D(),D.Dense(2)]),(6,6,2),13)
make('keras-bidirectional',K.Sequential([D.Input((7,3)),D.Bidirectional(D.LSTM(4)),D.Dense(1)]),(7,3),18)
make('keras-bidirectional-8',K.Sequential([D.Input((7,3)),D.Bidirectional(D.LSTM(4)),D.Dense(1)]),(7,3),8)
make('keras-gru',K.Sequential([D.Input((7,3)),D.GRU(4),D.Dense(1)]),(7,3),15)
