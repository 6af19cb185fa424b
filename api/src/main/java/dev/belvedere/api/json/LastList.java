package dev.belvedere.api.json;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.BiConsumer;

/// Writes lists, of which most elements are those of the list written last, the same objects in the same order: a store
/// hands them out again while nothing comes or goes. Their text is copied, at once where they stood side by side.
///
/// Safe from any thread.
public final class LastList<T> {

    /// The text of a longer list is not kept.
    private static final int MAX_BYTES = 256 * 1024;

    /// Of an element, before there was any.
    private static final int FIRST_BYTES = 64;

    private final Comparator<T> order;
    private final BiConsumer<JsonWriter, T> writer;
    private volatile Written<T> last = new Written<>(List.of(), new int[0], new byte[0]);

    /// @param order of the lists
    /// @param writer of an element as one value
    public LastList(Comparator<T> order, BiConsumer<JsonWriter, T> writer) {
        this.order = order;
        this.writer = writer;
    }

    /// @param ends where the text of each element ends; a comma follows
    private record Written<T>(List<T> elements, int[] ends, byte[] text) {

        int begin(int place) {
            return place == 0 ? 0 : ends[place - 1] + 1;
        }

        @SuppressWarnings("ReferenceEquality") // equal lists that are not the same are looked through
        boolean isOf(List<T> list) {
            return elements == list;
        }

        /// How many elements from a place on are those of a list from a place on.
        @SuppressWarnings("ReferenceEquality") // equal ones that are not the same are written anew
        int same(int place, List<T> list, int from) {
            int most = Math.min(elements.size() - place, list.size() - from);
            int count = 0;
            while (count < most && elements.get(place + count) == list.get(from + count)) {
                count++;
            }
            return count;
        }
    }

    /// How long the text of a list will be, about: its elements are as long as those of the last one.
    ///
    /// @param count of its elements
    public long textBytes(int count) {
        Written<T> known = last;
        int size = known.elements().size();
        return size == 0 ? (long) FIRST_BYTES * count : (long) (known.text().length + size) * count / size;
    }

    /// Writes a list as an array, of which nothing is drained meanwhile.
    ///
    /// @param list not changed any more
    public void write(JsonWriter json, List<T> list) {
        Written<T> known = last;
        if (known.isOf(list)) {
            json.beginArray().rawValue(known.text(), 0, known.text().length).endArray();
            return;
        }
        json.beginArray();
        int begin = json.size();
        int[] ends = new int[list.size()];
        boolean isKnown = true;
        int place = 0;
        int i = 0;
        while (i < list.size()) {
            int same = known.same(place, list, i);
            if (same > 0) {
                int from = known.begin(place);
                json.rawValue(known.text(), from, known.ends()[place + same - 1] - from);
                int moved = json.size() - begin - known.ends()[place + same - 1];
                for (int k = 0; k < same; k++) {
                    ends[i + k] = known.ends()[place + k] + moved;
                }
                place += same;
                i += same;
            } else if (isBefore(known, place, list.get(i))) {
                place++;
            } else {
                isKnown = false;
                writeElement(json, list.get(i));
                ends[i] = json.size() - begin;
                i++;
            }
        }
        int size = json.size() - begin;
        if (!isKnown && size <= MAX_BYTES) {
            last = new Written<>(list, ends, Arrays.copyOfRange(json.array(), begin, begin + size));
        }
        json.endArray();
    }

    /// Writes one element as it is written within a list.
    public void writeElement(JsonWriter json, T element) {
        writer.accept(json, element);
    }

    private boolean isBefore(Written<T> known, int place, T element) {
        return place < known.elements().size() && order.compare(known.elements().get(place), element) < 0;
    }
}
