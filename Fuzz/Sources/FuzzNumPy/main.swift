import FuzzDriver
import ParzenFuzzChecks

fuzz { Reader.numPy.check($0) }
