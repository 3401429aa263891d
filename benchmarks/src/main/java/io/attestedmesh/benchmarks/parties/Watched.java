package io.attestedmesh.benchmarks.parties;

import io.attestedmesh.voting.coordination.Coordination;
import io.attestedmesh.voting.coordination.Swap;
import io.attestedmesh.voting.ledger.Ledger;
import io.attestedmesh.voting.ledger.LedgerRow;
import io.attestedmesh.voting.ledger.TransactionEntry;
import io.attestedmesh.voting.statement.TransactionId;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** Stores that say which outcomes they have got, once they have. */
final class Watched {
    private Watched() {}

    static Ledger ledger(Ledger store, Consumer<TransactionId> has) {
        return watched(Ledger.class, store, (arguments, result) -> {
            if (arguments.length == 3 && arguments[1] instanceof List<?> rows) { // Ledger.append
                for (Object one : rows) {
                    if (one instanceof LedgerRow row && row.entry() instanceof TransactionEntry entry) {
                        has.accept(entry.transaction());
                    }
                }
            }
        });
    }

    static Coordination coordination(Coordination store, Consumer<TransactionId> has) {
        return watched(Coordination.class, store, (arguments, result) -> {
            if (result instanceof CompletionStage<?> swapped && arguments[0] instanceof TransactionId transaction) {
                var unused = swapped.thenAccept(swap -> {
                    if (swap instanceof Swap) { // done, or another node's stands there
                        has.accept(transaction);
                    }
                });
            }
        });
    }

    private static <T> T watched(Class<T> type, T store, BiConsumer<Object[], Object> returned) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    try {
                        Object result = method.invoke(store, arguments);
                        if (arguments != null) {
                            returned.accept(arguments, result);
                        }
                        return result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                }));
    }
}
