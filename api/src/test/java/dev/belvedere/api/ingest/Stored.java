package dev.belvedere.api.ingest;

import dev.belvedere.model.Tenant;
import dev.belvedere.model.labels.LabelMatcher;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.metrics.MetricQuerier;
import dev.belvedere.storage.metrics.MetricStore;
import dev.belvedere.storage.metrics.SampleColumn;
import dev.belvedere.storage.metrics.SelectRequest;
import dev.belvedere.storage.metrics.SeriesCursor;
import java.util.ArrayList;
import java.util.List;

/// Everything a metric store holds, as lines like `up{job="x"} 1.0@1000`.
public final class Stored {

    private static final long ALWAYS = 1L << 60;

    private Stored() {}

    public static List<String> samples(MetricStore store) {
        List<String> lines = new ArrayList<>();
        try (MetricQuerier querier = store.querier(Tenant.DEFAULT, QueryBudget.unlimited())) {
            LabelMatcher any = LabelMatcher.of(LabelMatcher.Type.NOT_EQUAL, "__name__", "");
            for (SeriesCursor cursor : querier.select(SelectRequest.samples(List.of(any), -ALWAYS, ALWAYS))) {
                try (cursor) {
                    readAll(cursor, lines);
                }
            }
        }
        lines.sort(String::compareTo);
        return lines;
    }

    private static void readAll(SeriesCursor cursor, List<String> lines) {
        SampleColumn column = new SampleColumn();
        while (cursor.next()) {
            for (int series = 0; series < cursor.group().seriesCount(); series++) {
                cursor.group().read(series, column);
                for (int row = 0; row < column.rowCount(); row++) {
                    if (!column.isAbsent(row)) {
                        Object value = column.histogram(row) == null ? (Object) column.values()[row] : "histogram";
                        lines.add(cursor.group().labels(series) + " " + value + "@"
                                + cursor.group().timestamps()[row]);
                    }
                }
            }
        }
    }
}
