package io.attestedmesh.releases.json;

import com.fasterxml.jackson.core.JsonStreamContext;
import io.attestedmesh.attest.evidence.Excerpt;
import java.util.regex.Pattern;

/** Where in a document something stands: {@code release list, releases[3].pcrs.0}. */
final class Place {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_]{1,32}");

    private Place() {}

    /** The place of the current value of {@code context}, a member or an element. */
    static String of(String what, JsonStreamContext context) {
        StringBuilder path = new StringBuilder();
        append(path, context);
        return path.isEmpty() ? what : what + ", " + path;
    }

    private static void append(StringBuilder path, JsonStreamContext context) {
        if (context == null || context.inRoot()) {
            return;
        }
        append(path, context.getParent());
        if (context.inArray()) {
            if (context.hasCurrentIndex()) {
                path.append('[').append(context.getCurrentIndex()).append(']');
            }
        } else if (context.getCurrentName() != null) {
            String name = context.getCurrentName();
            path.append(path.isEmpty() ? "" : ".").append(PLAIN.matcher(name).matches() ? name : Excerpt.of(name));
        }
    }
}
