// SPDX-License-Identifier: GPL-3.0-or-later
// The snapshot of everybody's account: what one change makes anew, and what it costs to find somebody.
#include "server/store/accounts_builder.h"

#include <benchmark/benchmark.h>

#include <string>

namespace {

using namespace belfry;
using namespace belfry::server;

AccountsBuilder::Stored office(std::int64_t people)
{
    AccountsBuilder::Stored stored;
    for (UserId id = 1; id <= people; ++id) {
        Account account;
        account.id = id;
        account.name = account.foldedName = "person " + std::to_string(id);
        account.role = Role::Sender;
        account.generation = static_cast<std::uint64_t>(id) * 7919;
        account.passwordHash = std::string(97, 'h');
        stored.accounts.push_back(std::move(account));
    }
    return stored;
}

void readAll(benchmark::State& state)
{
    for (auto _ : state) {
        state.PauseTiming();
        auto stored = office(state.range(0));
        state.ResumeTiming();
        benchmark::DoNotOptimize(AccountsBuilder(std::move(stored)).take());
    }
}
BENCHMARK(readAll)->Name("accounts/all read at start, of")->Arg(100'000);

void changeOne(benchmark::State& state)
{
    AccountsPtr accounts = AccountsBuilder(office(state.range(0))).take();
    UserId id = 0;
    for (auto _ : state) {
        id = id % state.range(0) + 1;
        AccountsBuilder next(*accounts);
        Account account = *accounts->find(id);
        account.generation += 1;
        next.put(std::move(account));
        accounts = next.take();
    }
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(changeOne)->Name("accounts/one changed, of")->Arg(1'000)->Arg(10'000)->Arg(100'000);

void findById(benchmark::State& state)
{
    const AccountsPtr accounts = AccountsBuilder(office(state.range(0))).take();
    UserId id = 0;
    for (auto _ : state) {
        id = (id + 7919) % state.range(0) + 1;
        benchmark::DoNotOptimize(accounts->find(id));
    }
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(findById)->Name("accounts/found by id, of")->Arg(10'000)->Arg(100'000);

} // namespace
