package io.attestedmesh.voting.ledger;

import java.util.Optional;

/**
 * Where a chain ends in a ledger.
 *
 * @param row the last row's position and hash, of any table; {@link ChainHead#EMPTY} without rows
 * @param head the last signed head, which nobody has looked at yet
 */
public record LedgerTail(ChainHead row, Optional<SignedHead> head) {}
