package dev.belvedere.acceptance.promql;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.LongFunction;

/// An hour of everything that a site's metrics can be: counters that restart, gauges that are no number, series that
/// come, go and return, histograms of every kind, and series that say what a target is.
final class RandomStore {

    static final long LENGTH_MILLIS = 3_600_000;

    /// Its histograms observe NaN.
    static final String ODD_LATENCY = "odd_latency";

    /// Its histograms have the same buckets always.
    static final String STEADY_LATENCY = "steady_latency";

    /// As [#STEADY_LATENCY], with custom bounds.
    static final String STEADY_SIZE = "steady_size";

    /// A label whose name must be quoted.
    static final String QUOTED_LABEL = "gr\u00f6\u00dfe/x y";

    /// What info series have besides what tells their targets apart.
    static final String[] INFO_LABELS = {"version", "env", "go"};

    private static final String TYPE = "__type__";
    private static final String UNIT = "__unit__";

    private static final long INTERVAL_MILLIS = 15_000;
    private static final long YEAR_2014_MILLIS = 1_388_534_400_000L;
    private static final long DAY_MILLIS = 86_400_000L;
    private static final int PODS = 150;
    private static final String[] JOBS = {"api", "db"};
    private static final String[] INSTANCES = {"a:1", "b:1", "c:2"};

    private final Random random;
    private final long startMillis;
    private final List<RandomSeries> series = new ArrayList<>();

    /// @param startMillis when it begins; 0 for any hour of some years
    RandomStore(long seed, long startMillis) {
        random = new Random(seed);
        long anyHour = YEAR_2014_MILLIS + random.nextInt(4000) * DAY_MILLIS + random.nextInt(24) * 3_600_000L;
        this.startMillis = startMillis > 0 ? startMillis : anyHour;
        for (String job : JOBS) {
            for (String instance : INSTANCES) {
                target(job, instance);
            }
        }
        perJob();
        odd();
        typed();
        quoted();
        crowd();
    }

    long startMillis() {
        return startMillis;
    }

    List<RandomSeries> series() {
        return series;
    }

    private void target(String job, String instance) {
        long offset = random.nextInt((int) INTERVAL_MILLIS);
        Scrapes regular = new Scrapes(offset, INTERVAL_MILLIS, 0, random.nextInt(3) == 0 ? 0.05 : 0);
        Scrapes jittery = new Scrapes(offset, INTERVAL_MILLIS, 700, 0.02);
        for (String code : List.of("200", "404", "500")) {
            add(regular, counter(0.01, 7), "http_requests_total", "job", job, "instance", instance, "code", code);
        }
        add(jittery, counter(0.02, 0.37), "cpu_seconds_total", "job", job, "instance", instance, "mode", "user");
        add(jittery, counter(0, 3), "cpu_seconds_total", "job", job, "instance", instance, "mode", "idle");
        add(coming(), counter(0.005, 2), "errors_total", "job", job, "instance", instance);
        add(
                regular,
                noisy(20, 0.02),
                "temperature",
                "job",
                job,
                "instance",
                instance,
                "zone",
                job + instance.charAt(0));
        add(regular, time -> random.nextInt(5), "queue_depth", "job", job, "instance", instance);
        add(sparse(), noisy(1000, 0), "sparse_gauge", "job", job, "instance", instance);
        add(coming(), time -> random.nextInt(4) == 0 ? 0 : 1, "up", "job", job, "instance", instance);
        classic(regular, "job", job, "instance", instance);
        natives(regular, job, instance);
        about(job, instance);
    }

    private void natives(Scrapes scrapes, String job, String instance) {
        boolean isFloat = random.nextBoolean();
        histogram(scrapes, RandomHistogram.Manner.counter(isFloat), "latency", job, instance);
        histogram(scrapes, RandomHistogram.Manner.GAUGE, "latency_gauge", job, instance);
        histogram(scrapes, RandomHistogram.Manner.custom(!isFloat), "size", job, instance);
        histogram(scrapes, RandomHistogram.Manner.counter(!isFloat), ODD_LATENCY, job, instance);
        histogram(scrapes, RandomHistogram.Manner.wild(isFloat), "wild", job, instance);
        histogram(scrapes, RandomHistogram.Manner.steady(isFloat, false), STEADY_LATENCY, job, instance);
        histogram(scrapes, RandomHistogram.Manner.steady(!isFloat, true), STEADY_SIZE, job, instance);
        if (instance.startsWith("a")) {
            RandomHistogram some = new RandomHistogram(
                    random,
                    new RandomHistogram.Manner(true, false, job.equals("db"), 0.05, 0, RandomHistogram.Layouts.USUAL),
                    false);
            LongFunction<Point> mixed = time ->
                    random.nextInt(9) == 0 ? Point.number(time, random.nextInt(50)) : new Point(time, 0, some.scrape());
            series.add(new RandomSeries(
                    RandomSeries.labels("mixed", "job", job, "instance", instance), scrapes.points(mixed)));
        } else {
            add(scrapes, counter(0.02, 1), "mixed", "job", job, "instance", instance);
        }
    }

    private void about(String job, String instance) {
        long middle = startMillis + random.nextInt((int) LENGTH_MILLIS);
        String env = job.equals("api") ? "prod" : "test";
        for (int version = 1; version <= 2; version++) {
            Scrapes scrapes = version == 1
                    ? new Scrapes(2000, 60_000, 0, 0).until(middle)
                    : new Scrapes(2000, 60_000, 0, 0).from(middle);
            String text = "1." + version;
            add(scrapes, time -> 1, "target_info", "job", job, "instance", instance, "version", text, "env", env);
            add(scrapes, time -> 1, "build_info", "job", job, "instance", instance, "go", "go" + text);
        }
    }

    private void perJob() {
        Scrapes scrapes = new Scrapes(4000, 30_000, 0, 0);
        for (String job : List.of("api", "db", "none")) {
            add(scrapes, noisy(3, 0), "weight", "job", job);
            for (String code : List.of("200", "500")) {
                add(scrapes, noisy(7, 0), "budget", "job", job, "code", code);
            }
        }
    }

    private void odd() {
        Scrapes scrapes = new Scrapes(1000, 30_000, 0, 0.1);
        add(scrapes, noisy(5, 0.01), "http.requests", "job", "api", "dotted.label", "x");
        add(scrapes, noisy(5, 0.01), "http.requests", "job", "db", "dotted.label", "y");
        double[] extremes = {
            0, -0.0, 1e308, -1e308, 2.3e-308, 1, Double.NaN, Double.POSITIVE_INFINITY, 1e16, 9007199254740993.0
        };
        add(scrapes, time -> extremes[random.nextInt(extremes.length)], "extreme", "job", "api");
        add(scrapes, time -> 42, "constant", "job", "api");
        add(scrapes, time -> 42, "constant", "job", "db");
        add(scrapes, counter(0, 1e15), "huge_total", "job", "api");
        add(scrapes, time -> (time - startMillis) / 1000.0 * 3 + 11, "straight_total", "job", "db");
        for (String le : List.of("1", "oops", "")) {
            add(
                    scrapes,
                    counter(0, 3),
                    "broken_bucket",
                    le.isEmpty() ? new String[] {"job", "api"} : new String[] {"job", "api", "le", le});
        }
    }

    /// Series that say of which type and unit they are, not always truly, and some of one name with several.
    private void typed() {
        Scrapes scrapes = new Scrapes(3000, INTERVAL_MILLIS, 0, 0.05);
        for (String instance : INSTANCES) {
            add(scrapes, counter(0.02, 5), "typed_total", "instance", instance, TYPE, "counter", UNIT, "requests");
            add(scrapes, noisy(9, 0), "typed_total", "instance", instance, TYPE, "gauge", UNIT, "requests");
            add(scrapes, counter(0.01, 2), "typed", "instance", instance, TYPE, "counter", UNIT, "seconds");
            add(scrapes, noisy(4, 0.01), "typed", "instance", instance, TYPE, "gauge");
            add(scrapes, counter(0.01, 2), "typed", "instance", instance, UNIT, "bytes");
            RandomHistogram some = new RandomHistogram(random, RandomHistogram.Manner.counter(false), false);
            String type = instance.startsWith("a") ? "histogram" : "gaugehistogram";
            series.add(new RandomSeries(
                    RandomSeries.labels("typed_latency", "instance", instance, TYPE, type, UNIT, "seconds"),
                    scrapes.points(time -> new Point(time, 0, some.scrape()))));
        }
    }

    /// So many series of a kind that queries over them are worth sharing out.
    private void crowd() {
        for (int pod = 0; pod < PODS; pod++) {
            Scrapes scrapes = new Scrapes(random.nextInt(3) * 2000, INTERVAL_MILLIS, 0, 0);
            String job = JOBS[pod % 2];
            String instance = INSTANCES[pod % 3];
            String name = "p" + pod;
            add(scrapes, counter(0.003, 4), "crowd_total", "job", job, "instance", instance, "pod", name);
            add(scrapes, noisy(10, 0), "crowd", "job", job, "instance", instance, "pod", name);
        }
    }

    /// Label values with everything in them that needs care, and numbers that sort as numbers.
    private void quoted() {
        Scrapes scrapes = new Scrapes(7000, INTERVAL_MILLIS, 0, 0.02);
        for (String value : List.of("a\"b", "back\\slash", "new\nline", "\u00e9\ud83d\ude00", " ", "{}")) {
            add(scrapes, counter(0.01, 3), "quoted.total", QUOTED_LABEL, value, "job", "api");
        }
        for (String disk : List.of("sda1", "sda2", "sda10", "sdb1", "1.5", "1.10", "007", "7")) {
            add(scrapes, noisy(50, 0.01), "disk_bytes", "disk", disk, "job", random.nextBoolean() ? "api" : "db");
        }
        for (String job : JOBS) {
            for (String instance : INSTANCES) {
                add(scrapes, noisy(1, 0.4), "mostly_odd", "job", job, "instance", instance);
            }
        }
    }

    private void classic(Scrapes scrapes, String... labels) {
        String[] bounds = {"0.1", "0.5", "1", "2.5", "+Inf"};
        double[] counts = new double[bounds.length];
        double[] sum = new double[1];
        boolean isSloppy = random.nextInt(4) == 0;
        List<List<Point>> columns = new ArrayList<>();
        for (int i = 0; i < bounds.length + 2; i++) {
            columns.add(new ArrayList<>());
        }
        scrapes.points(time -> {
            if (random.nextInt(100) == 0) {
                java.util.Arrays.fill(counts, 0);
                sum[0] = 0;
            }
            for (int n = random.nextInt(6); n > 0; n--) {
                double value = random.nextDouble() * random.nextDouble() * 4;
                sum[0] += value;
                for (int i = 0; i < bounds.length; i++) {
                    counts[i] += value <= Double.parseDouble(bounds[i].replace("+Inf", "Infinity")) ? 1 : 0;
                }
            }
            for (int i = 0; i < bounds.length; i++) {
                double noise = isSloppy && random.nextInt(12) == 0 ? -1 : 0;
                columns.get(i).add(Point.number(time, Math.max(0, counts[i] + noise)));
            }
            columns.get(bounds.length).add(Point.number(time, sum[0]));
            columns.get(bounds.length + 1).add(Point.number(time, counts[bounds.length - 1]));
            return Point.number(time, 0);
        });
        for (int i = 0; i < bounds.length; i++) {
            Map<String, String> own = RandomSeries.labels("duration_seconds_bucket", labels);
            own.put("le", bounds[i]);
            series.add(new RandomSeries(own, columns.get(i)));
        }
        series.add(new RandomSeries(RandomSeries.labels("duration_seconds_sum", labels), columns.get(bounds.length)));
        series.add(new RandomSeries(
                RandomSeries.labels("duration_seconds_count", labels), columns.get(bounds.length + 1)));
    }

    private void histogram(Scrapes scrapes, RandomHistogram.Manner manner, String name, String job, String instance) {
        RandomHistogram histogram = new RandomHistogram(random, manner, name.equals(ODD_LATENCY));
        boolean isGoing = random.nextInt(4) == 0;
        LongFunction<Point> each =
                time -> new Point(time, 0, isGoing && random.nextInt(25) == 0 ? NativePoint.STALE : histogram.scrape());
        series.add(new RandomSeries(RandomSeries.labels(name, "job", job, "instance", instance), scrapes.points(each)));
    }

    private void add(Scrapes scrapes, LongFunction<? extends Number> value, String name, String... labels) {
        series.add(new RandomSeries(
                RandomSeries.labels(name, labels),
                scrapes.points(time -> Point.number(time, value.apply(time).doubleValue()))));
    }

    private LongFunction<Double> counter(double restarts, double perScrape) {
        double[] total = {random.nextInt(3) == 0 ? 0 : random.nextDouble() * 1000};
        return time -> {
            total[0] = random.nextDouble() < restarts ? 0 : total[0] + random.nextDouble() * perScrape;
            return total[0];
        };
    }

    private LongFunction<Double> noisy(double size, double oddities) {
        return time -> {
            if (random.nextDouble() < oddities) {
                double[] odd = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY};
                return odd[random.nextInt(odd.length)];
            }
            return random.nextGaussian() * size;
        };
    }

    private Scrapes sparse() {
        return new Scrapes(random.nextInt(60_000), 200_000 + random.nextInt(150_000), 3000, 0);
    }

    /// A series that is there for a part of the time, perhaps with a stale marker at its end, and back later.
    private Scrapes coming() {
        Scrapes scrapes = new Scrapes(random.nextInt(15_000), INTERVAL_MILLIS, 0, 0).ending(0.02);
        return random.nextInt(3) == 0 ? scrapes : scrapes.from(startMillis + random.nextInt((int) LENGTH_MILLIS));
    }

    /// When a series has samples.
    private final class Scrapes {

        private final long offset;
        private final long interval;
        private final int jitter;
        private final double misses;
        private long fromMillis = startMillis;
        private long untilMillis = startMillis + LENGTH_MILLIS;
        private double ends;

        Scrapes(long offset, long interval, int jitter, double misses) {
            this.offset = offset;
            this.interval = interval;
            this.jitter = jitter;
            this.misses = misses;
        }

        Scrapes from(long millis) {
            fromMillis = millis;
            return this;
        }

        Scrapes until(long millis) {
            untilMillis = millis;
            return this;
        }

        Scrapes ending(double chance) {
            ends = chance;
            return this;
        }

        List<Point> points(LongFunction<Point> each) {
            List<Point> points = new ArrayList<>();
            int away = 0;
            for (long time = startMillis + offset; time < startMillis + LENGTH_MILLIS; time += interval) {
                if (time < fromMillis || time >= untilMillis || away-- > 0 || random.nextDouble() < misses) {
                    continue;
                }
                long at = time + (jitter == 0 ? 0 : random.nextInt(jitter));
                if (random.nextDouble() < ends) {
                    points.add(Point.number(at, Point.STALE));
                    away = random.nextInt(30);
                } else {
                    points.add(each.apply(at));
                }
            }
            if (untilMillis < startMillis + LENGTH_MILLIS && !points.isEmpty()) {
                points.add(Point.number(untilMillis + interval, Point.STALE));
            }
            return points;
        }
    }
}
