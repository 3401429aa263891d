package io.attestedmesh.cli.doctor;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * One line of the doctor's.
 *
 * @param check what was looked at, a word or two
 * @param what was found
 * @param hint what to do about it, where something is to be done
 */
record Finding(String check, Level level, String what, Optional<String> hint) {
    enum Level {
        OK,
        WARNING,
        FAULT
    }

    static Finding ok(String check, String what) {
        return new Finding(check, Level.OK, what, Optional.empty());
    }

    static Finding warning(String check, String what, String hint) {
        return new Finding(check, Level.WARNING, what, Optional.of(hint));
    }

    static Finding fault(String check, String what, String hint) {
        return new Finding(check, Level.FAULT, what, Optional.of(hint));
    }

    private String levelName() {
        return level.name().toLowerCase(Locale.ROOT);
    }

    String line() {
        String line = String.format(Locale.ROOT, "%-8s %-20s %s", levelName(), check, what);
        return hint.map(text -> line + " (hint: " + text + ")").orElse(line);
    }

    Map<String, Object> json() {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("check", check);
        object.put("level", levelName());
        object.put("what", what);
        object.put("hint", hint);
        return object;
    }
}
