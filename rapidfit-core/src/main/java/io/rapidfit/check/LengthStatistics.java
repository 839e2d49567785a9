package io.rapidfit.check;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * How long texts are, in code points.
 *
 * @param deviation standard deviation of the population
 */
public record LengthStatistics(int min, double median, double mean, int max, double deviation) {

    /** @param lengths at least one */
    static LengthStatistics of(int[] lengths) {
        int[] sorted = lengths.clone();
        Arrays.sort(sorted);
        int n = sorted.length;
        double mean = IntStream.of(sorted).average().orElseThrow();
        double variance = IntStream.of(sorted)
                .mapToDouble(length -> (length - mean) * (length - mean))
                .average()
                .orElseThrow();
        double median = (sorted[(n - 1) / 2] + sorted[n / 2]) / 2.0;
        return new LengthStatistics(sorted[0], median, mean, sorted[n - 1], Math.sqrt(variance));
    }

    /** How many standard deviations a length is from the mean; 0 where all are equal. */
    double z(int length) {
        return deviation == 0 ? 0 : (length - mean) / deviation;
    }
}
