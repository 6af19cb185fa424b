package dev.belvedere.promql.script;

import dev.belvedere.model.Durations;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.promql.script.Command.LoadedSeries;
import dev.belvedere.promql.syntax.ParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads scripts. A command that cannot be read does not hinder those behind it.
final class ScriptParser {

    private static final Pattern LOAD = Pattern.compile("load(?:_(with_nhcb))?\\s+(.+?)");
    private static final Pattern EVAL_INSTANT =
            Pattern.compile("eval(?:_(fail|warn|ordered|info))?\\s+instant\\s+(?:at\\s+(.+?))?\\s+(.+)");
    private static final Pattern EVAL_RANGE = Pattern.compile(
            "eval(?:_(fail|warn|info))?\\s+range\\s+from\\s+(.+)\\s+to\\s+(.+)\\s+step\\s+(.+?)\\s+(.+)");

    private final List<String> lines = new ArrayList<>();
    private int at;

    private ScriptParser(String text) {
        for (String line : text.split("\n", -1)) {
            String stripped = line.strip();
            lines.add(stripped.startsWith("#") ? "" : stripped);
        }
    }

    static List<Command> parse(String text) {
        ScriptParser parser = new ScriptParser(text);
        List<Command> commands = new ArrayList<>();
        while (parser.at < parser.lines.size()) {
            int line = parser.at + 1;
            if (parser.lines.get(parser.at).isEmpty()) {
                parser.at++;
                continue;
            }
            try {
                commands.add(parser.command(line));
            } catch (ScriptException | ParseException | IllegalArgumentException e) {
                String reason = e.getMessage();
                commands.add(new Command.Unreadable(line, reason == null ? "cannot be read" : reason));
                parser.skipBlock();
            }
        }
        return commands;
    }

    private void skipBlock() {
        while (at < lines.size() && !lines.get(at).isEmpty()) {
            at++;
        }
    }

    private Command command(int line) {
        String head = lines.get(at++);
        String word = head.split("[\t ]+", 2)[0].toLowerCase(Locale.ROOT);
        if (word.equals("clear")) {
            return new Command.Clear(line);
        }
        if (word.startsWith("load")) {
            return load(head, line);
        }
        if (word.startsWith("eval")) {
            return evaluate(head, line);
        }
        throw new ScriptException("invalid command \"" + head + "\"");
    }

    private Command load(String head, int line) {
        Matcher matcher = LOAD.matcher(head);
        if (!matcher.matches()) {
            throw new ScriptException("invalid load command. (load[_with_nhcb] <step:duration>)");
        }
        Map<Labels, LoadedSeries> series = new LinkedHashMap<>();
        StartLine starts = null;
        for (; at < lines.size() && !lines.get(at).isEmpty(); at++) {
            String text = lines.get(at);
            if (StartLine.isOne(text)) {
                starts = StartLine.parse(text);
                continue;
            }
            SeriesLine parsed = SeriesLine.parse(text);
            if (starts != null) {
                starts.requireFits(parsed);
            }
            series.put(
                    parsed.labels(), new LoadedSeries(parsed.values(), starts == null ? List.of() : starts.offsets()));
            starts = null;
        }
        if (starts != null) {
            throw new ScriptException("@st line has no following sample line");
        }
        return new Command.Load(line, Durations.parseMillis(matcher.group(2)), matcher.group(1) != null, series);
    }

    private Command evaluate(String head, int line) {
        Matcher instant = EVAL_INSTANT.matcher(head);
        Matcher range = EVAL_RANGE.matcher(head);
        if (instant.matches()) {
            String moment = instant.group(2);
            long millis = moment == null ? 0 : Durations.parseMillis(moment);
            ExpectationParser expectations = new ExpectationParser(instant.group(1), true);
            readExpectations(expectations);
            return new Command.Evaluate(line, instant.group(3), millis, millis, 0, expectations.build());
        }
        if (!range.matches()) {
            throw new ScriptException("invalid evaluation command. Must be either 'eval[_fail|_warn|_ordered|_info]"
                    + " instant [at <offset:duration>] <query>' or 'eval[_fail|_warn|_info] range from <from> to <to>"
                    + " step <step> <query>'");
        }
        long start = Durations.parseMillis(range.group(2));
        long end = Durations.parseMillis(range.group(3));
        if (end < start) {
            throw new ScriptException("invalid test definition, end timestamp (" + range.group(3)
                    + ") is before start timestamp (" + range.group(2) + ")");
        }
        ExpectationParser expectations = new ExpectationParser(range.group(1), false);
        readExpectations(expectations);
        return new Command.Evaluate(
                line, range.group(5), start, end, Durations.parseMillis(range.group(4)), expectations.build());
    }

    private void readExpectations(ExpectationParser expectations) {
        boolean isMore = true;
        for (; isMore && at < lines.size() && !lines.get(at).isEmpty(); at++) {
            isMore = expectations.read(lines.get(at));
        }
    }
}
