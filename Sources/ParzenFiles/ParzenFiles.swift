import ParzenCore
