package dev.belvedere.wire.exposition;

import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.Exemplar;
import dev.belvedere.model.metrics.MetricType;
import dev.belvedere.model.metrics.NativeHistogram;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Passes an exposition on with every classic histogram made one native histogram with custom bounds. The samples of
/// a histogram must stand together, as both text formats ask.
final class ClassicHistogramReader implements ExpositionReader {

    /// A line that tells when a histogram was started may stand among its samples.
    private static final String CREATED = "_created";

    private static final List<String> SUFFIXES = List.of("_bucket", "_sum", "_count", CREATED);

    private final ExpositionReader inner;
    private final boolean keepsClassic;

    private @Nullable ClassicHistogram gathering;
    private FamilyHeader gatheringHeader = FamilyHeader.NONE;

    /// The current sample where it is a made one; else the inner reader's is current.
    private @Nullable ClassicHistogram made;

    private @Nullable NativeHistogram madeHistogram;
    private FamilyHeader header = FamilyHeader.NONE;

    /// Whether the inner reader stands on a sample that was not passed on yet.
    private boolean isInnerWaiting;

    private byte[] keys = new byte[4096];
    private int keyFrom;
    private int keyTo;

    /// @param keepsClassic whether the classic samples are passed on besides
    ClassicHistogramReader(ExpositionReader inner, boolean keepsClassic) {
        this.inner = inner;
        this.keepsClassic = keepsClassic;
    }

    @Override
    public boolean next() {
        while (true) {
            boolean hasInner = isInnerWaiting || inner.next();
            isInnerWaiting = false;
            Labels labels = hasInner ? inner.labels() : Labels.EMPTY;
            String suffix = hasInner ? classicSuffix(labels) : "";
            Labels group = suffix.isEmpty() ? Labels.EMPTY : group(labels, suffix);
            if (gathering != null && !gathering.labels().equals(group)) {
                ClassicHistogram finished = Objects.requireNonNull(gathering);
                gathering = null;
                isInnerWaiting = hasInner;
                if (isMade(finished)) {
                    return true;
                }
                continue;
            }
            if (!hasInner) {
                return false;
            }
            if (!suffix.isEmpty() && !suffix.equals(CREATED)) {
                gather(group, labels, suffix);
                if (!keepsClassic) {
                    continue;
                }
            }
            made = null;
            header = inner.header();
            key(Arrays.copyOfRange(inner.bytes(), inner.keyFrom(), inner.keyFrom() + inner.keyLength()));
            return true;
        }
    }

    private boolean isMade(ClassicHistogram finished) {
        Optional<NativeHistogram> converted = finished.converted();
        if (converted.isEmpty()) {
            return false;
        }
        made = finished;
        madeHistogram = converted.get();
        header = gatheringHeader;
        // The first byte keeps it apart from all keys of an exposition.
        key(('\0' + finished.labels().toString()).getBytes(StandardCharsets.UTF_8));
        return true;
    }

    /// What a sample is to its classic histogram; empty if it belongs to none.
    private String classicSuffix(Labels labels) {
        if (inner.header().type() != MetricType.HISTOGRAM || inner.histogram() != null) {
            return "";
        }
        String name = labels.metricName();
        for (String suffix : SUFFIXES) {
            if (name.equals(inner.header().name() + suffix)) {
                return suffix;
            }
        }
        return "";
    }

    private static Labels group(Labels labels, String suffix) {
        String name = labels.metricName();
        Labels.Builder group =
                labels.toBuilder().set(Labels.METRIC_NAME, name.substring(0, name.length() - suffix.length()));
        return suffix.equals("_bucket") ? group.remove("le").build() : group.build();
    }

    private void gather(Labels group, Labels labels, String suffix) {
        ClassicHistogram histogram = gathering;
        if (histogram == null) {
            histogram = new ClassicHistogram(group, inner.timestampMillis(), inner.startMillis());
            gathering = histogram;
            gatheringHeader = inner.header();
        }
        switch (suffix) {
            case "_bucket" -> histogram.addBucket(labels.get("le"), inner.value());
            case "_sum" -> histogram.setSum(inner.value());
            default -> histogram.setCount(inner.value());
        }
        histogram.addExemplars(inner.exemplars());
    }

    private void key(byte[] key) {
        keyFrom = keyTo;
        if (keyTo + key.length > keys.length) {
            keys = Arrays.copyOf(keys, Math.max(2 * keys.length, keyTo + key.length));
        }
        System.arraycopy(key, 0, keys, keyTo, key.length);
        keyTo += key.length;
    }

    @Override
    public byte[] bytes() {
        return keys;
    }

    @Override
    public int keyFrom() {
        return keyFrom;
    }

    @Override
    public int keyLength() {
        return keyTo - keyFrom;
    }

    @Override
    public FamilyHeader header() {
        return header;
    }

    @Override
    public List<FamilyHeader> familiesWithoutSample() {
        return inner.familiesWithoutSample();
    }

    @Override
    public Labels labels() {
        return made == null ? inner.labels() : made.labels();
    }

    @Override
    public double value() {
        return inner.value();
    }

    @Override
    public @Nullable NativeHistogram histogram() {
        return made == null ? inner.histogram() : madeHistogram;
    }

    @Override
    public long timestampMillis() {
        return made == null ? inner.timestampMillis() : made.timestampMillis();
    }

    @Override
    public long startMillis() {
        return made == null ? inner.startMillis() : made.startMillis();
    }

    @Override
    public List<Exemplar> exemplars() {
        return made == null ? inner.exemplars() : made.exemplars();
    }
}
