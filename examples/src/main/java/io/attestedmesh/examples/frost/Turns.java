package io.attestedmesh.examples.frost;

import java.util.List;

/** The methods of a protocol in their order, each once; a method that throws has had its turn. */
final class Turns {
    private final List<String> methods;
    private int next;

    Turns(String... methods) {
        this.methods = List.of(methods);
    }

    void take(String method) {
        if (next == methods.size() || !methods.get(next).equals(method)) {
            String turn = next == methods.size() ? "nobody's" : methods.get(next) + "'s";
            throw new IllegalStateException(method + " called, the turn is " + turn);
        }
        next++;
    }
}
