package dev.belvedere.api.json;

import dev.belvedere.model.labels.Labels;

/// Where a writer's array has the labels that it wrote last: of the next ones, most names and values are the same
/// objects in the same places, and their text is copied.
final class LastLabels {

    /// Labels beyond so many are written each time.
    private static final int MAX_PLACES = 32;

    private final String[] names = new String[MAX_PLACES];
    private final String[] values = new String[MAX_PLACES];
    private final int[] begins = new int[MAX_PLACES];
    private final int[] ends = new int[MAX_PLACES];
    private int places;

    /// The array is written from its beginning again.
    void forget() {
        places = 0;
    }

    void write(JsonWriter json, Labels labels) {
        json.beginObject();
        int i = 0;
        while (i < labels.size()) {
            int same = sameFrom(i, labels);
            if (same > 0) {
                repeat(json, i, same);
                i += same;
            } else {
                write(json, i, labels);
                i++;
            }
        }
        json.endObject();
    }

    /// How many labels from a place on are those of the last set, and lie side by side in the array.
    private int sameFrom(int place, Labels labels) {
        int end = place;
        while (end < labels.size()
                && isLast(end, labels.name(end), labels.value(end))
                && (end == place || begins[end] == ends[end - 1] + 1)) {
            end++;
        }
        return end - place;
    }

    private void repeat(JsonWriter json, int place, int count) {
        int from = begins[place];
        int moved = begin(json, place) - from;
        json.repeat(from, ends[place + count - 1] - from);
        for (int i = place; i < place + count; i++) {
            begins[i] += moved;
            ends[i] += moved;
        }
    }

    private void write(JsonWriter json, int place, Labels labels) {
        String name = labels.name(place);
        String value = labels.value(place);
        int begin = begin(json, place);
        json.name(name).value(value);
        if (place < MAX_PLACES) {
            names[place] = name;
            values[place] = value;
            begins[place] = begin;
            ends[place] = json.size();
            places = Math.max(places, place + 1);
        }
    }

    /// Where the next label begins: behind the comma, which all but the first have.
    private static int begin(JsonWriter json, int place) {
        return place == 0 ? json.size() : json.size() + 1;
    }

    @SuppressWarnings("ReferenceEquality") // the strings of a store's label sets are the same objects
    private boolean isLast(int place, String name, String value) {
        return place < places && names[place] == name && values[place] == value;
    }
}
