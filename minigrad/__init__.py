from .core import *
from .functions import *
from .transforms import *
from .numerical import *
from .functions import abs, all, any, max, min, pow, round, sum
