/** Sums, means, spreads and quantiles of lists of numbers. The door of `simple-statistics`. */
export { max, mean, median, quantile, sampleStandardDeviation, sum } from 'simple-statistics';
