package io.attestedmesh.voting.coordination;

import com.google.protobuf.ByteString;
import io.attestedmesh.voting.statement.Committee;
import io.attestedmesh.voting.statement.TransactionId;
import java.util.Optional;

/** Keys of one committee, as the package says. */
final class EtcdKeys {
    private final ByteString all;
    private final ByteString transactions;
    private final ByteString members;

    EtcdKeys(String prefix, Committee committee) {
        String base = prefix + "/" + committee.network() + "/" + committee.epoch() + "/";
        this.all = ByteString.copyFromUtf8(base);
        this.transactions = ByteString.copyFromUtf8(base + "transactions/");
        this.members = ByteString.copyFromUtf8(base + "members/");
    }

    ByteString all() {
        return all;
    }

    ByteString transactions() {
        return transactions;
    }

    ByteString members() {
        return members;
    }

    ByteString of(TransactionId transaction) {
        return transactions.concat(ByteString.copyFromUtf8(transaction.text()));
    }

    ByteString of(String node) {
        return members.concat(ByteString.copyFromUtf8(node));
    }

    /** Which transaction's key it is, if it is one. */
    Optional<TransactionId> transaction(ByteString key) {
        if (key.startsWith(transactions)) {
            try {
                return Optional.of(
                        new TransactionId(key.substring(transactions.size()).toStringUtf8()));
            } catch (IllegalArgumentException e) {
                return Optional.empty(); // nobody's row: no node asks for it
            }
        }
        return Optional.empty();
    }

    Optional<String> member(ByteString key) {
        return key.startsWith(members)
                ? Optional.of(key.substring(members.size()).toStringUtf8())
                : Optional.empty();
    }

    /** The end of the range of keys that begin so; a prefix ends with a slash. */
    static ByteString end(ByteString prefix) {
        return prefix.substring(0, prefix.size() - 1).concat(ByteString.copyFromUtf8("0"));
    }
}
