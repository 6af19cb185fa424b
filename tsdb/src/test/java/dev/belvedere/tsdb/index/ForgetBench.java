package dev.belvedere.tsdb.index;

import dev.belvedere.model.labels.Labels;
import java.lang.management.ManagementFactory;
import java.util.BitSet;
import java.util.Locale;

/// Measures how long an index is kept from its writers at a time while it forgets. Not a test: run it by hand.
///
/// Arguments: how many series, and how many of hundred are forgotten.
public final class ForgetBench {

    private ForgetBench() {}

    public static void main(String[] arguments) {
        int count = Integer.parseInt(arguments[0]);
        int percent = Integer.parseInt(arguments[1]);
        for (boolean isShared : new boolean[] {true, false}) {
            for (int round = 0; round < 4; round++) {
                SeriesIndex index = new SeriesIndex();
                BitSet dead = new BitSet();
                for (int i = 0; i < count; i++) {
                    Labels labels = isShared
                            ? Labels.of("__name__", "m" + i % 1000, "d", "x" + i % 50, "instance", "h" + i / 1000)
                            : Labels.of(
                                    "__name__",
                                    "kube_" + i % 50,
                                    "instance",
                                    "ksm-" + i % 20,
                                    "namespace",
                                    "n" + i / 1000,
                                    "pod",
                                    "app-" + i / 50);
                    int series = index.intern(labels);
                    // Pods end as a whole.
                    dead.set(series, i / 1000 * 37 % 100 < percent);
                }
                Forgetting forgetting = index.beginForgetting(dead);
                long total = 0;
                long longest = 0;
                int turns = 0;
                for (boolean isReady = false; !isReady; turns++) {
                    long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
                    isReady = forgetting.turn(series -> true);
                    if (isReady) {
                        forgetting.finish();
                    }
                    long took = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - before;
                    total += took;
                    longest = Math.max(longest, took);
                    forgetting.makeRoom();
                }
                System.out.printf(
                        Locale.ROOT,
                        "%s definitions, %d series, %d forgotten: %.1f ms in %d turns, the longest %.2f ms%n",
                        isShared ? "shared" : "own",
                        count,
                        dead.cardinality(),
                        total / 1e6,
                        turns,
                        longest / 1e6);
            }
        }
    }
}
