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
        for (int i = 0; i < labels.size(); i++) {
            String name = labels.name(i);
            String value = labels.value(i);
            // Behind the comma, which all but the first have.
            int begin = i == 0 ? json.size() : json.size() + 1;
            if (isLast(i, name, value)) {
                json.repeat(begins[i], ends[i] - begins[i]);
            } else {
                json.name(name).value(value);
            }
            if (i < MAX_PLACES) {
                names[i] = name;
                values[i] = value;
                begins[i] = begin;
                ends[i] = json.size();
                places = Math.max(places, i + 1);
            }
        }
        json.endObject();
    }

    @SuppressWarnings("ReferenceEquality") // the strings of a store's label sets are the same objects
    private boolean isLast(int place, String name, String value) {
        return place < places && names[place] == name && values[place] == value;
    }
}
