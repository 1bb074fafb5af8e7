import FuzzDriver
import ParzenFuzzChecks

fuzz { Reader.csv.check($0) }
