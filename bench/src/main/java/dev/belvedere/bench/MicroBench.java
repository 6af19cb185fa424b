package dev.belvedere.bench;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/// Runs the benches and prints a table: what one unit of work cost in CPU time, and the limit beside it.
///
/// Arguments: a regular expression of benches, seconds of an iteration, iterations.
public final class MicroBench {

    private static final int WARMUPS = 3;

    private MicroBench() {}

    public static void main(String[] arguments) throws RunnerException {
        String wanted = arguments.length > 0 ? arguments[0] : "dev.belvedere.bench.*";
        long seconds = arguments.length > 1 ? Long.parseLong(arguments[1]) : 2;
        int iterations = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 5;
        Options options = new OptionsBuilder()
                .include(wanted)
                .mode(Mode.AverageTime)
                .forks(1)
                .warmupIterations(WARMUPS)
                .warmupTime(TimeValue.seconds(seconds))
                .measurementIterations(iterations)
                .measurementTime(TimeValue.seconds(seconds))
                .verbosity(VerboseMode.SILENT)
                .build();
        System.out.println("| bench | ns of CPU per unit | limit | x | unit | the limit is |");
        System.out.println("| --- | ---: | ---: | ---: | --- | --- |");
        for (RunResult result : new Runner(options).run()) {
            System.out.println(row(result));
        }
    }

    private static String row(RunResult result) {
        String name = result.getParams().getBenchmark();
        String shortName = name.substring("dev.belvedere.bench.".length());
        List<String> parameters = new ArrayList<>();
        for (String key : result.getParams().getParamsKeys()) {
            parameters.add(result.getParams().getParam(key));
        }
        Limit limit = limit(name);
        double nanos = total(result, "cpuNanos") / total(result, "units");
        return String.format(
                Locale.ROOT,
                "| %s%s | %.1f | %.1f | %.1f | %s | %s |",
                shortName,
                parameters.isEmpty() ? "" : " `" + String.join(" ", parameters) + "`",
                nanos,
                limit.nanos(),
                nanos / limit.nanos(),
                limit.per(),
                limit.by());
    }

    private static double total(RunResult result, String counter) {
        Collection<? extends Result<?>> values = result.getAggregatedResult().getSecondaryResults().values().stream()
                .map(value -> (Result<?>) value)
                .filter(value -> value.getLabel().equals(counter))
                .toList();
        if (values.size() != 1) {
            throw new IllegalStateException("no single counter " + counter + " in " + result);
        }
        return values.iterator().next().getScore();
    }

    private static Limit limit(String benchmark) {
        int dot = benchmark.lastIndexOf('.');
        try {
            Class<?> bench = Class.forName(benchmark.substring(0, dot));
            for (Method method : bench.getMethods()) {
                Limit limit = method.getAnnotation(Limit.class);
                if (limit != null && method.getName().equals(benchmark.substring(dot + 1))) {
                    return limit;
                }
            }
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
        throw new IllegalStateException("no @Limit at " + benchmark);
    }
}
