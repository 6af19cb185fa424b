package dev.belvedere.api.remoteread;

import dev.belvedere.model.Fault;
import dev.belvedere.model.OperationException;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.storage.metrics.SeriesSamples;
import dev.belvedere.wire.remoteread.SampledResponse;

/// Puts the samples of one query into a response, up to a limit.
final class SampledAnswer implements SeriesSamples.Sink {

    private final SampledResponse response;
    private final Labels external;
    private final long maxSamples;
    private long samples;

    SampledAnswer(SampledResponse response, Labels external, long maxSamples) {
        this.response = response;
        this.external = external;
        this.maxSamples = maxSamples;
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
    }

    @Override
    public void end() {
        response.endSeries();
    }
}
