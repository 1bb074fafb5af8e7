import FuzzDriver
import ParzenFuzzChecks

fuzz { Reader.safetensors.check($0) }
