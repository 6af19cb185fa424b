package dev.belvedere.api.remoteread;

import dev.belvedere.model.Fault;
import dev.belvedere.model.OperationException;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.metrics.SeriesSamples;
import dev.belvedere.wire.remoteread.SampledResponse;

/// Puts the samples of one query into a response, up to a limit. The budget holds all of the response.
final class SampledAnswer implements SeriesSamples.Sink {

    /// So many samples are written between two looks at what has grown.
    private static final int SAMPLES_AT_ONCE = 1024;

    /// The message grows into an array of up to twice its length.
    private static final int ARRAYS = 2;

    private final SampledResponse response;
    private final Labels external;
    private final long maxSamples;
    private final QueryBudget budget;
    private long samples;
    private long heldBytes;

    SampledAnswer(SampledResponse response, Labels external, long maxSamples, QueryBudget budget) {
        this.response = response;
        this.external = external;
        this.maxSamples = maxSamples;
        this.budget = budget;
        this.heldBytes = response.sizeBytes();
    }

    @Override
    public void begin(Labels labels) {
        response.beginSeries(RemoteReadFace.withExternal(labels, external));
    }

    @Override
    public void sample(long timestampMillis, double value) {
        count();
        response.add(timestampMillis, value);
    }

    @Override
    public void histogram(long timestampMillis, NativeHistogram histogram) {
        count();
        response.add(timestampMillis, histogram);
    }

    private void count() {
        if (++samples > maxSamples) {
            throw new OperationException(
                    "too_many_samples",
                    Fault.USER,
                    "exceeded sample limit (" + maxSamples + "): ask for streamed chunks, narrow the range, or raise"
                            + " query.remoteReadMaxSamples");
        }
        if (samples % SAMPLES_AT_ONCE == 0) {
            holdWhatGrew();
        }
    }

    private void holdWhatGrew() {
        long size = response.sizeBytes();
        budget.holdBytes(ARRAYS * (size - heldBytes));
        heldBytes = size;
    }

    @Override
    public void end() {
        response.endSeries();
        holdWhatGrew();
    }
}
