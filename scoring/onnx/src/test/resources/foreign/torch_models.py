# Networks of PyTorch, and what PyTorch gives for some rows. Weights from a fixed seed, rounded.
import torch, numpy as np, warnings, sys
from torch import nn
warnings.simplefilter('ignore')
OUT=sys.argv[1]+'/'
def csv(name, rows, units, names=None):
    rows=np.asarray(rows); units=np.asarray(units)
    names=names or [f'x{i}' for i in range(rows.shape[1])]
    with open(OUT+name,'w') as f:
        f.write(','.join(names+[f'unit_{i}' for i in range(units.shape[1])])+'\n')
        for r,u in zip(rows,units):
            f.write(','.join([f'{v:.3f}'.rstrip('0').rstrip('.') for v in r]+[f'{v:.9g}' for v in u])+'\n')
class Seq(nn.Module):
    def __init__(s, cell):
        super().__init__(); s.r=cell(3,4,batch_first=True); s.o=nn.Linear(4,2)
    def forward(s,x):
        y,_=s.r(x); return torch.softmax(s.o(y[:,-1]),1)
class Steps(nn.Module):
    def __init__(s):
        super().__init__(); s.r=nn.LSTM(3,4,batch_first=True); s.o=nn.Linear(4,2)
    def forward(s,x):
        y,_=s.r(x); return s.o(y)
class Image(nn.Module):
    def __init__(s):
        super().__init__(); s.f=nn.Sequential(nn.Conv2d(2,3,3,padding=1),nn.BatchNorm2d(3),nn.ReLU(),nn.MaxPool2d(2),nn.Conv2d(3,4,2),nn.GELU(),nn.AdaptiveAvgPool2d(1)); s.o=nn.Linear(4,3)
    def forward(s,x):
        h=s.f(x); h=h.view(h.size(0),-1); return s.o(h)
class Dense(nn.Module):
    def __init__(s):
        super().__init__(); s.f=nn.Sequential(nn.Linear(6,8),nn.SiLU(),nn.LayerNorm(8),nn.Linear(8,4),nn.ELU(),nn.Dropout(.2),nn.Linear(4,1),nn.Sigmoid())
    def forward(s,x): return s.f(x)
class Flat(Dense):
    def forward(s,x): return s.f(x).squeeze(-1)
class Wave(nn.Module):
    def __init__(s):
        super().__init__(); s.f=nn.Sequential(nn.Conv1d(3,5,3),nn.Hardswish(),nn.Conv1d(5,4,2),nn.Mish()); s.o=nn.Linear(4,2)
    def forward(s,x): return s.o(s.f(x).mean(-1))
class Words(nn.Module):
    def __init__(s):
        super().__init__(); s.e=nn.Embedding(20,4); s.g=nn.GRU(4,5,batch_first=True); s.o=nn.Linear(5,1)
    def forward(s,x):
        y,h=s.g(s.e(x)); return s.o(h[-1])
class Two(nn.Module):
    def __init__(s):
        super().__init__(); s.f=nn.Linear(6,3)
    def forward(s,x):
        h=s.f(x); return h, torch.softmax(h,1)
class Blind(nn.Module):
    '''Normalizes by the batch: what no row by itself decides.'''
    def __init__(s):
        super().__init__(); s.f=nn.Linear(6,3)
    def forward(s,x): return s.f(x-x.mean(0,keepdim=True))
def make(name,m,shape,dynamo=False,fixed=False,op=17,whole=False,outs=['y'],rows=12,double=False):
    m.eval()
    g=torch.Generator().manual_seed(7)
    with torch.no_grad():
        for p in m.parameters(): p.copy_(torch.round(p*1024)/1024)
        for b in m.modules():
            if isinstance(b,(nn.BatchNorm2d,)): b.running_mean.uniform_(-.5,.5,generator=g); b.running_var.uniform_(.5,2,generator=g)
        if double: m.double()
        x=torch.randint(0,20,(rows,)+shape,generator=g) if whole else torch.round(torch.randn((rows,)+shape,generator=g)*1000)/1000
        if double: x=x.double()
        y=m(x); y=y[-1] if isinstance(y,tuple) else y
        y=y.reshape(rows,-1)
        e=x[:1] if fixed else x[:2]
        if dynamo: torch.onnx.export(m,(e,),dynamo=True,input_names=['x'],output_names=outs,dynamic_shapes=None if fixed else ({0:torch.export.Dim('batch')},),verbose=False,opset_version=op).save(OUT+name+'.onnx')
        else: torch.onnx.export(m,(e,),OUT+name+'.onnx',dynamo=False,input_names=['x'],output_names=outs,dynamic_axes=None if fixed else {n:{0:'batch'} for n in ['x']+outs},opset_version=op)
        csv(name+'.csv',x.reshape(rows,-1),y)
class Smooth(nn.Module):
    def __init__(s):
        super().__init__(); s.f=nn.Sequential(nn.Linear(6,8),nn.Tanh(),nn.Linear(8,1),nn.Sigmoid())
    def forward(s,x): return s.f(x)
torch.manual_seed(11)
make('torch-dense',Dense(),(6,))
make('torch-dense-dynamo',Dense(),(6,),dynamo=True,op=20)
make('torch-flat',Flat(),(6,),op=13)
make('torch-double',Smooth(),(6,),double=True)
make('torch-image',Image(),(2,6,6),op=11)
make('torch-image-one',Image(),(2,6,6),fixed=True)
make('torch-lstm',Seq(nn.LSTM),(7,3))
make('torch-lstm-dynamo',Seq(nn.LSTM),(7,3),dynamo=True,op=18)
make('torch-steps',Steps(),(7,3))
make('torch-gru',Seq(nn.GRU),(7,3),op=14)
make('torch-wave',Wave(),(3,9),op=16)
make('torch-words',Words(),(6,),whole=True)
make('torch-two',Two(),(6,),outs=['logits','probabilities'])
make('torch-blind',Blind(),(6,))
# The newer exporter writes where in the source each node comes from; that is of this machine.
import onnx
for name in ('torch-dense-dynamo','torch-lstm-dynamo'):
    m=onnx.load(OUT+name+'.onnx')
    for n in m.graph.node: del n.metadata_props[:]
    for v in list(m.graph.input)+list(m.graph.output)+list(m.graph.value_info)+list(m.graph.initializer): del v.metadata_props[:]
    del m.graph.metadata_props[:]
    onnx.save(m,OUT+name+'.onnx')
