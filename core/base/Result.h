#pragma once

#include <cassert>
#include <utility>
#include <variant>

namespace chat::base {

/// Marks a value as the error side of a Result: `return Failure{FrameError::BadOpcode};`
template <typename E>
struct Failure {
  E error;
};
template <typename E>
Failure(E) -> Failure<E>;

/// A value or the reason why there is none; the project's `std::expected`, which C++20 lacks.
template <typename T, typename E>
class [[nodiscard]] Result {
 public:
  Result(T value) : _state(std::in_place_index<0>, std::move(value)) {}  // NOLINT: implicit on purpose
  Result(Failure<E> failure) : _state(std::in_place_index<1>, std::move(failure.error)) {}  // NOLINT

  explicit operator bool() const noexcept { return _state.index() == 0; }
  T& value() & {
    assert(*this);
    return std::get<0>(_state);
  }
  const T& value() const& {
    assert(*this);
    return std::get<0>(_state);
  }
  T&& value() && {
    assert(*this);
    return std::get<0>(std::move(_state));
  }
  const E& error() const {
    assert(!*this);
    return std::get<1>(_state);
  }

 private:
  std::variant<T, E> _state;
};

}  // namespace chat::base
