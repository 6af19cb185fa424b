package dev.belvedere.api.queries;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belvedere.model.Tenant;
import dev.belvedere.platform.disk.MemoryDisk;
import dev.belvedere.storage.QueryBudget;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ActiveQueryFileTest {

    private static final Path FILE = Path.of("/data/state/queries.active");

    private final MemoryDisk disk = new MemoryDisk();

    private static ActiveQuery query(String text) {
        QueryDescription description = new QueryDescription(
                QueryLanguage.PROMQL,
                text,
                Tenant.DEFAULT,
                0,
                0,
                0,
                new QueryDescription.Origin.Http("10.0.0.1", "GET", "/api/v1/query"));
        return new ActiveQuery(7, description, QueryBudget.unlimited(), 1000);
    }

    @Test
    void after_a_crash_the_queries_that_were_running_are_known() {
        ActiveQueryFile crashed = ActiveQueryFile.open(disk, FILE);
        int finished = crashed.add(query("finished"));
        crashed.add(query("count({__name__=~\"\u00e4.+\"})"));
        crashed.remove(finished);
        crashed.add(query("up"));
        ActiveQueryFile next = ActiveQueryFile.open(disk, FILE);
        assertThat(next.unfinished())
                .containsExactly(
                        "{\"query\":\"up\",\"language\":\"promql\",\"caller\":\"10.0.0.1 GET /api/v1/query\","
                                + "\"sinceMillis\":1000}",
                        "{\"query\":\"count({__name__=~\\\"\u00e4.+\\\"})\",\"language\":\"promql\","
                                + "\"caller\":\"10.0.0.1 GET /api/v1/query\",\"sinceMillis\":1000}");
        assertThat(ActiveQueryFile.open(disk, FILE).unfinished())
                .as("told once")
                .isEmpty();
    }

    @Test
    void after_a_stop_nothing_is_left() {
        ActiveQueryFile stopped = ActiveQueryFile.open(disk, FILE);
        stopped.add(query("up"));
        stopped.close();
        assertThat(ActiveQueryFile.open(disk, FILE).unfinished()).isEmpty();
    }

    @Test
    void long_queries_are_cut_and_too_many_are_left_out() {
        ActiveQueryFile crashed = ActiveQueryFile.open(disk, FILE);
        for (int i = 0; i < 300; i++) {
            crashed.add(query("\u0001".repeat(5000) + i));
        }
        assertThat(ActiveQueryFile.open(disk, FILE).unfinished())
                .hasSize(256)
                .allSatisfy(line ->
                        assertThat(line).startsWith("{\"query\":\"\\u0001").endsWith("\"sinceMillis\":1000}"));
    }
}
