"""The functions of minigrad, each rule a class of two short methods, forward beside backward."""
from .arithmetic import *
from .elementary import *
from .indexing import *
from .networks import *
from .products import *
from .reductions import *
from .selection import *
from .shapes import *
