/// The version of the package, as in its changelog and its tags: the one place that has it.
package let packageVersion = "0.2.0"
