package io.rapidfit.llm.run;

import java.time.Duration;

/** Latencies in buckets 2% wide, from 10 microseconds to hours: the memory of a run does not grow with its calls. */
final class LatencyHistogram {

    private static final double SMALLEST_NANOS = 1e4;
    private static final double WIDTH = Math.log(1.02);

    private final long[] counts = new long[1200];
    private long total;
    private long maxNanos;

    void add(Duration latency) {
        long nanos = Math.max(0, latency.toNanos());
        int bucket = nanos <= SMALLEST_NANOS ? 0 : (int) (Math.log(nanos / SMALLEST_NANOS) / WIDTH);
        counts[Math.min(bucket, counts.length - 1)]++;
        total++;
        maxNanos = Math.max(maxNanos, nanos);
    }

    /** The latency that this share of all is not above. */
    Duration quantile(double share) {
        long rank = (long) Math.ceil(share * total);
        long seen = 0;
        for (int bucket = 0; bucket < counts.length && rank > 0; bucket++) {
            seen += counts[bucket];
            if (seen >= rank) {
                double middle = SMALLEST_NANOS * Math.exp((bucket + 0.5) * WIDTH);
                return Duration.ofNanos(Math.min(maxNanos, (long) middle));
            }
        }
        return Duration.ZERO;
    }

    Duration max() {
        return Duration.ofNanos(maxNanos);
    }
}
