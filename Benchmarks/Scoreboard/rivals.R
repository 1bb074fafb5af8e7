# Density estimates of R's packages for scoreboard.py: Rscript rivals.R JOBS, where each line of JOBS holds
#   METHOD SAMPLES QUERIES RESULT
# Samples and queries are files of doubles behind two integers, rows and columns, row by row. RESULT gets the log
# densities at the queries behind one more double, the seconds they took. A method that fails writes no result and a line
# to standard error; one job gets three minutes at most.
suppressPackageStartupMessages({
  library(mclust)
  library(ks)
  library(logspline)
})

read_points <- function(path) {
  connection <- file(path, "rb")
  on.exit(close(connection))
  size <- readBin(connection, "integer", 2)
  matrix(readBin(connection, "double", prod(size)), size[1], size[2], byrow = TRUE)
}

# log of the mean of the normal densities with standard deviation h at the samples, without underflow.
log_kernel_density <- function(samples, queries, h) {
  vapply(queries, function(y) {
    exponents <- -0.5 * ((y - samples) / h)^2
    top <- max(exponents)
    top + log(mean(exp(exponents - top))) - log(h) - 0.5 * log(2 * pi)
  }, 0)
}

methods <- list(
  "mclust" = function(x, y) {
    predict(densityMclust(x, plot = FALSE, verbose = FALSE), y, what = "dens", logarithm = TRUE)
  },
  "ks" = function(x, y) {
    if (ncol(x) == 1) return(log_kernel_density(x[, 1], y[, 1], hpi(x[, 1])))
    H <- if (ncol(x) <= 3) Hpi(x) else Hpi.diag(x)
    root <- chol(H)
    whiten <- function(z) z %*% backsolve(root, diag(ncol(x)))
    u <- whiten(x)
    v <- whiten(y)
    constant <- -log(nrow(x)) - 0.5 * ncol(x) * log(2 * pi) - sum(log(diag(root)))
    apply(v, 1, function(z) {
      exponents <- -0.5 * colSums((t(u) - z)^2)
      top <- max(exponents)
      top + log(sum(exp(exponents - top))) + constant
    })
  },
  "logspline" = function(x, y) log(dlogspline(y[, 1], logspline(x[, 1]))),
  "bw.SJ" = function(x, y) log_kernel_density(x[, 1], y[, 1], bw.SJ(x[, 1]))
)

for (job in strsplit(readLines(commandArgs(TRUE)[1]), " ")) {
  tryCatch({
    x <- read_points(job[2])
    y <- read_points(job[3])
    set.seed(1)
    setTimeLimit(elapsed = 180, transient = TRUE)
    seconds <- system.time(values <- methods[[job[1]]](x, y))[["elapsed"]]
    setTimeLimit()
    connection <- file(job[4], "wb")
    writeBin(c(seconds, as.double(values)), connection)
    close(connection)
  }, error = function(e) {
    setTimeLimit()
    message(job[1], " on ", basename(job[2]), ": ", trimws(conditionMessage(e)))
  })
}
