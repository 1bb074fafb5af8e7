import ParzenKernels

/// A network's parameters as variables of a tape, by name: views of flat arrays of values and gradients that the caller
/// keeps alive.
struct ParameterVariables<Scalar: KernelScalar> {
  let layout: ParameterLayout
  let values: UnsafeMutablePointer<Scalar>
  let gradients: UnsafeMutablePointer<Scalar>?

  subscript(name: String) -> Variable<Scalar> {
    let entry = layout[name]
    return Variable(
      value: values + entry.offset, gradient: gradients.map { $0 + entry.offset }, rows: entry.rows,
      columns: entry.columns)
  }
}
