package dev.belvedere.api.prometheus;

import dev.belvedere.api.http.Reply;
import dev.belvedere.api.json.JsonWriter;
import dev.belvedere.api.json.LastList;
import dev.belvedere.storage.QueryBudget;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// A successful answer: `{"status":"success","data":...}` with warnings and infos behind.
final class ApiAnswer {

    static final String TRUNCATED = "results truncated due to limit";

    /// So many warnings and infos are told; the rest is counted.
    private static final int MAX_NOTES = 10;

    /// Longer lists are written while they are sent, and never whole in memory as text.
    private static final int LONG_LIST = 1000;

    /// Of the text of an element of a list, at least.
    private static final int ELEMENT_BYTES = 64;

    /// Of a large answer, so much is written before it is sent.
    static final int PIECE_BYTES = 256 * 1024;

    /// An answer in one piece has room for so much from the start; few are longer.
    private static final int MAX_FIRST_BYTES = 4 << 20;

    /// Room for what stands around the data, and for an answer of which nobody knows how long it will be.
    private static final int FEW_BYTES = 1024;

    private final Set<String> warnings = new LinkedHashSet<>();
    private final Set<String> infos = new LinkedHashSet<>();

    /// Writes the data of an answer.
    interface Body {
        void writeTo(JsonWriter json);
    }

    /// Writes data in pieces; hands the writer to `pieces` whenever it may be drained.
    interface LargeBody {
        void writeTo(JsonWriter json, Pieces pieces) throws IOException;
    }

    interface Pieces {
        void mayDrain(JsonWriter json) throws IOException;
    }

    ApiAnswer warn(String warning) {
        warnings.add(warning);
        return this;
    }

    ApiAnswer warn(List<String> all) {
        warnings.addAll(all);
        return this;
    }

    ApiAnswer inform(List<String> all) {
        infos.addAll(all);
        return this;
    }

    static Reply of(Body data) {
        return new ApiAnswer().with(data);
    }

    Reply with(Body data) {
        return with(data, FEW_BYTES);
    }

    /// @param bytes how long its text will be, about
    private Reply with(Body data, long bytes) {
        return with(data, new JsonWriter(roomFor(bytes)));
    }

    /// How much room an answer has from the start whose data will be so long, about. At once: an array that grows by
    /// doubling leaves half a dozen behind.
    static int roomFor(long bytes) {
        return (int) Math.min(bytes, MAX_FIRST_BYTES) + FEW_BYTES;
    }

    /// @param json takes the text, and gives its array up
    private Reply with(Body data, JsonWriter json) {
        begin(json);
        data.writeTo(json);
        return ended(json);
    }

    private Reply ended(JsonWriter json) {
        end(json);
        return new Reply.Whole(200, Reply.JSON, json.array(), json.size(), List.of());
    }

    /// The same for data that could be written in pieces.
    ///
    /// @param bytes how long its text will be, about
    private Reply with(LargeBody data, long bytes) {
        return with(data, new JsonWriter(roomFor(bytes)));
    }

    /// The same for data that could be written in pieces.
    ///
    /// @param json takes the text, and gives its array up
    Reply with(LargeBody data, JsonWriter json) {
        begin(json);
        try {
            data.writeTo(json, written -> {});
        } catch (IOException e) {
            throw new IllegalStateException("nothing was to be sent yet", e);
        }
        return ended(json);
    }

    /// For data that may be too large to be held as text: it is written while it is sent.
    Reply withLarge(LargeBody data) {
        return new Reply.Streamed(200, Reply.JSON, out -> stream(data, out), List.of());
    }

    /// For a list, and whatever is made of that many elements: a long one is written while it is sent. The query's
    /// memory may be needed by others meanwhile.
    Reply withList(int size, QueryBudget budget, LargeBody data) {
        LargeBody checked = (json, pieces) -> data.writeTo(json, writer -> {
            budget.checkNotRefused();
            pieces.mayDrain(writer);
        });
        return size > LONG_LIST ? withLarge(checked) : with(checked, (long) ELEMENT_BYTES * size);
    }

    /// For a list in order, much of which may have been written before.
    <T> Reply withList(List<T> list, QueryBudget budget, LastList<T> last) {
        if (list.size() <= LONG_LIST) {
            return with((json, pieces) -> last.write(json, list), last.textBytes(list.size()));
        }
        return withList(list.size(), budget, (json, pieces) -> {
            json.beginArray();
            for (T element : list) {
                last.writeElement(json, element);
                pieces.mayDrain(json);
            }
            json.endArray();
        });
    }

    private void stream(LargeBody data, OutputStream out) throws IOException {
        JsonWriter json = new JsonWriter(PIECE_BYTES + PIECE_BYTES / 4);
        begin(json);
        data.writeTo(json, writer -> {
            if (writer.size() >= PIECE_BYTES) {
                writer.drainTo(out);
            }
        });
        end(json);
        json.drainTo(out);
    }

    private static void begin(JsonWriter json) {
        json.beginObject().name("status").value("success").name("data");
    }

    private void end(JsonWriter json) {
        notes(json, "warnings", "warning", warnings);
        notes(json, "infos", "info", infos);
        json.endObject();
    }

    private static void notes(JsonWriter json, String field, String kind, Set<String> notes) {
        if (notes.isEmpty()) {
            return;
        }
        List<String> shown = new ArrayList<>(notes);
        if (shown.size() > MAX_NOTES) {
            int left = shown.size() - MAX_NOTES;
            shown = new ArrayList<>(shown.subList(0, MAX_NOTES));
            shown.add(left + " more " + kind + " annotations omitted");
        }
        GoJson.texts(json.name(field), shown);
    }
}
