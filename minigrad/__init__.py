from .arrays import array_namespace
from .core import *
from .functions import *
from .transforms import *
from .numerical import *
