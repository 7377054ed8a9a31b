// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

namespace belfry::server {

/// A sorted map whose copies share what they have in common. A copy costs one pointer; a change makes anew the nodes
/// from the root to one leaf (of at most 32 entries each, as many levels as log16 of the size) and leaves every other
/// copy as it was: so a snapshot of a hundred thousand accounts is changed as cheaply as one of ten.
///
/// A B+ tree whose nodes are never changed once they are made. Values are copied with their leaf: use what is cheap to
/// copy. A key may point into its value (a `string_view` of its name): keys of the tree are always those of entries
/// that are in it.
/// Thread: any may read one; a change is made by one alone.
template <class Key, class Value> class SharedMap
{
public:
    struct Entry
    {
        Key key;
        Value value;
    };

    SharedMap() = default;
    /// @param entries  ascending, each key once
    static SharedMap fromSorted(std::vector<Entry> entries)
    {
        SharedMap map;
        map.m_size = entries.size();
        std::vector<NodePtr> level;
        for (auto first = entries.begin(); first != entries.end();) {
            const auto last = first + std::min<std::ptrdiff_t>(atStart, entries.end() - first);
            auto leaf = std::make_shared<Node>();
            leaf->entries.assign(std::make_move_iterator(first), std::make_move_iterator(last));
            level.push_back(std::move(leaf));
            first = last;
        }
        while (level.size() > 1) {
            std::vector<NodePtr> above;
            for (std::size_t at = 0; at < level.size(); at += static_cast<std::size_t>(atStart)) {
                auto node = std::make_shared<Node>();
                for (std::size_t child = at; child < std::min(at + static_cast<std::size_t>(atStart), level.size());
                     ++child) {
                    node->children.push_back(asChild(std::move(level[child])));
                }
                above.push_back(std::move(node));
            }
            level = std::move(above);
        }
        map.m_root = level.empty() ? nullptr : std::move(level.front());
        return map;
    }

    std::size_t size() const { return m_size; }

    const Value* find(const Key& key) const
    {
        const Node* node = m_root.get();
        while (node && !node->children.empty()) {
            node = node->children[childFor(*node, key)].node.get();
        }
        if (!node) {
            return nullptr;
        }
        const auto at = placeIn(node->entries, key);
        return at != node->entries.end() && !(key < at->key) ? &at->value : nullptr;
    }

    /// Calls `visit(key, value)` for entries above `after`, ascending, until it returns false.
    template <class Visit> void visitAfter(const Key& after, Visit visit) const
    {
        if (m_root) {
            visitNode(*m_root, &after, visit);
        }
    }
    /// For all of them.
    template <class Visit> void visitAll(Visit visit) const
    {
        if (m_root) {
            visitNode(*m_root, nullptr, visit);
        }
    }

    /// Adds an entry, or takes the place of the one with this key.
    void put(Key key, Value value)
    {
        if (!m_root) {
            m_root = std::make_shared<Node>();
        }
        bool isNew = false;
        auto [left, right] = putInto(*m_root, Entry{std::move(key), std::move(value)}, isNew);
        if (right) {
            auto root = std::make_shared<Node>();
            root->children.push_back(asChild(std::move(left)));
            root->children.push_back(asChild(std::move(right)));
            left = std::move(root);
        }
        m_root = std::move(left);
        m_size += isNew ? 1 : 0;
    }

    /// @return whether there was one
    bool erase(const Key& key)
    {
        if (!find(key)) {
            return false;
        }
        m_root = without(*m_root, key);
        while (m_root->children.size() == 1) {
            m_root = m_root->children.front().node;
        }
        --m_size;
        if (m_size == 0) {
            m_root = nullptr;
        }
        return true;
    }

private:
    struct Node;
    using NodePtr = std::shared_ptr<const Node>;
    struct Child
    {
        Key first; ///< the lowest key below it
        NodePtr node;
    };
    struct Node
    {
        std::vector<Entry> entries;  // a leaf's
        std::vector<Child> children; // of one that is no leaf: all at the same depth
        std::size_t size() const { return entries.size() + children.size(); }
    };

    static constexpr std::size_t most = 32;
    static constexpr std::ptrdiff_t atStart = 24; // leaves room for what comes

    static auto placeIn(const std::vector<Entry>& entries, const Key& key)
    {
        return std::lower_bound(entries.begin(), entries.end(), key,
                                [](const Entry& entry, const Key& wanted) { return entry.key < wanted; });
    }
    /// The last child that does not begin above it.
    static std::size_t childFor(const Node& node, const Key& key)
    {
        const auto above = std::upper_bound(node.children.begin(), node.children.end(), key,
                                            [](const Key& wanted, const Child& child) { return wanted < child.first; });
        return above == node.children.begin() ? 0 : static_cast<std::size_t>(above - node.children.begin()) - 1;
    }
    static const Key& firstKey(const Node& node)
    {
        return node.children.empty() ? node.entries.front().key : node.children.front().first;
    }
    static Child asChild(NodePtr node)
    {
        Key first = firstKey(*node);
        return {std::move(first), std::move(node)};
    }

    static std::pair<NodePtr, NodePtr> putInto(const Node& node, Entry entry, bool& isNew)
    {
        auto copy = std::make_shared<Node>(node);
        if (node.children.empty()) {
            const auto at = copy->entries.begin() + (placeIn(node.entries, entry.key) - node.entries.begin());
            isNew = at == copy->entries.end() || entry.key < at->key;
            if (isNew) {
                copy->entries.insert(at, std::move(entry));
            } else {
                *at = std::move(entry); // its key too: it may point into the value
            }
            return splitWhereTooLarge(std::move(copy));
        }
        const std::size_t at = childFor(node, entry.key);
        auto [left, right] = putInto(*node.children[at].node, std::move(entry), isNew);
        copy->children[at] = asChild(std::move(left));
        if (right) {
            copy->children.insert(copy->children.begin() + static_cast<std::ptrdiff_t>(at) + 1,
                                  asChild(std::move(right)));
        }
        return splitWhereTooLarge(std::move(copy));
    }

    static std::pair<NodePtr, NodePtr> splitWhereTooLarge(std::shared_ptr<Node> node)
    {
        if (node->size() <= most) {
            return {std::move(node), nullptr};
        }
        auto right = std::make_shared<Node>();
        const auto moveHalf = [](auto& from, auto& to) {
            const auto half = from.begin() + static_cast<std::ptrdiff_t>(from.size() / 2);
            to.assign(std::make_move_iterator(half), std::make_move_iterator(from.end()));
            from.erase(half, from.end());
        };
        moveHalf(node->entries, right->entries);
        moveHalf(node->children, right->children);
        return {std::move(node), std::move(right)};
    }

    /// The node without an entry that is below it. It may come out empty.
    static NodePtr without(const Node& node, const Key& key)
    {
        auto copy = std::make_shared<Node>(node);
        if (node.children.empty()) {
            copy->entries.erase(copy->entries.begin() + (placeIn(node.entries, key) - node.entries.begin()));
            return copy;
        }
        const std::size_t at = childFor(node, key);
        const auto place = copy->children.begin() + static_cast<std::ptrdiff_t>(at);
        NodePtr below = without(*node.children[at].node, key);
        if (below->size() == 0) {
            copy->children.erase(place);
        } else {
            *place = asChild(std::move(below));
            joinNeighbours(*copy, at);
        }
        return copy;
    }

    /// So that a map from which much was removed does not consist of nearly empty nodes.
    static void joinNeighbours(Node& node, std::size_t at)
    {
        if (node.children.size() < 2) {
            return;
        }
        const std::size_t first = at + 1 < node.children.size() ? at : at - 1;
        const Node& left = *node.children[first].node;
        const Node& right = *node.children[first + 1].node;
        if (left.size() + right.size() > most / 2) {
            return;
        }
        auto joined = std::make_shared<Node>(left);
        joined->entries.insert(joined->entries.end(), right.entries.begin(), right.entries.end());
        joined->children.insert(joined->children.end(), right.children.begin(), right.children.end());
        const auto place = node.children.begin() + static_cast<std::ptrdiff_t>(first);
        node.children.erase(place + 1);
        *place = asChild(std::move(joined));
    }

    template <class Visit> static bool visitNode(const Node& node, const Key* after, Visit& visit)
    {
        for (std::size_t at = after && !node.children.empty() ? childFor(node, *after) : 0; at < node.children.size();
             ++at) {
            if (!visitNode(*node.children[at].node, after, visit)) {
                return false;
            }
        }
        for (const Entry& entry : node.entries) {
            if (after && !(*after < entry.key)) {
                continue;
            }
            if (!visit(entry.key, entry.value)) {
                return false;
            }
        }
        return true;
    }

    NodePtr m_root;
    std::size_t m_size = 0;
};

} // namespace belfry::server
