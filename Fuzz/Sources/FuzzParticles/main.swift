import FuzzDriver
import ParzenFuzzChecks

fuzz { Reader.particles.check($0) }
