package dev.belvedere.wire.remotewrite;

import dev.belvedere.model.metrics.MetricType;

/// The numbers of metric types, which both versions of remote write share.
final class MetadataTypes {

    private static final MetricType[] BY_NUMBER = {
        MetricType.UNKNOWN,
        MetricType.COUNTER,
        MetricType.GAUGE,
        MetricType.HISTOGRAM,
        MetricType.GAUGE_HISTOGRAM,
        MetricType.SUMMARY,
        MetricType.INFO,
        MetricType.STATE_SET
    };

    private MetadataTypes() {}

    static int number(MetricType type) {
        for (int i = 0; i < BY_NUMBER.length; i++) {
            if (BY_NUMBER[i] == type) {
                return i;
            }
        }
        return 0;
    }

    static MetricType of(long number) {
        return number > 0 && number < BY_NUMBER.length ? BY_NUMBER[(int) number] : MetricType.UNKNOWN;
    }
}
