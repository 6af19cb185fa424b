package dev.belvedere.wire;

/// Counts what of a request was refused while the rest was taken, and keeps the first reason to tell the sender.
public final class Rejections {

    private long count;
    private String firstReason = "";

    public void add(String reason) {
        add(1, reason);
    }

    public void add(long rejected, String reason) {
        if (rejected > 0 && count == 0) {
            firstReason = reason;
        }
        count += rejected;
    }

    public void addAll(Rejections other) {
        add(other.count, other.firstReason);
    }

    public boolean isEmpty() {
        return count == 0;
    }

    public long count() {
        return count;
    }

    /// Why the first was refused; `""` where nothing was.
    public String firstReason() {
        return firstReason;
    }

    /// One sentence for the sender.
    ///
    /// @param noun what was refused, in the plural
    public String sentence(String noun) {
        return count == 0 ? "" : count + " " + noun + " were rejected, the first because " + firstReason;
    }
}
