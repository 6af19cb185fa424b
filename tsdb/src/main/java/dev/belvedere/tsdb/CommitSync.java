package dev.belvedere.tsdb;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.belvedere.model.OperationException;
import dev.belvedere.platform.log.SyncListener;
import dev.belvedere.storage.metrics.CommitListener;
import org.jspecify.annotations.Nullable;

/// Tells who waits for a commit once each partition that got a part of it has told that part's fate.
final class CommitSync implements SyncListener {

    private final CommitListener listener;

    @GuardedBy("this")
    private int left;

    @GuardedBy("this")
    private @Nullable OperationException failure;

    /// @param parts how many times this will be told
    CommitSync(CommitListener listener, int parts) {
        this.listener = listener;
        this.left = parts;
    }

    @Override
    public void synced() {
        settle(null);
    }

    @Override
    public void failed(OperationException ofPart) {
        settle(ofPart);
    }

    private void settle(@Nullable OperationException ofPart) {
        OperationException first;
        synchronized (this) {
            if (failure == null) {
                failure = ofPart;
            }
            first = failure;
            if (--left > 0) {
                return;
            }
        }
        if (first == null) {
            listener.durable();
        } else {
            listener.failed(first);
        }
    }
}
