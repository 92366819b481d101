#pragma once

#include <concepts>
#include <cstddef>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

namespace chat::base {

template <typename Signature>
class UniqueFunction;

/// A callable that is moved, never copied, so that it may own what it captures (`std::move_only_function` of C++23).
/// Captures of up to three pointers, which nearly every task of a loop has, are stored inside; larger ones are
/// allocated once, at construction. Calling an empty one is undefined.
template <typename R, typename... Args>
class UniqueFunction<R(Args...)> {
 public:
  UniqueFunction() noexcept = default;
  template <typename F>
  requires(!std::same_as<std::remove_cvref_t<F>, UniqueFunction> && std::is_invocable_r_v<R, F&, Args...>)
      UniqueFunction(F&& f) {  // NOLINT: implicit on purpose
    using Callable = std::remove_cvref_t<F>;
    if constexpr (FitsWithin<Callable>) {
      ::new (_storage) Callable(std::forward<F>(f));
      _operations = &Within<Callable>::operations;
    } else {
      ::new (_storage) Callable*(new Callable(std::forward<F>(f)));
      _operations = &Allocated<Callable>::operations;
    }
  }
  UniqueFunction(UniqueFunction&& other) noexcept { take(other); }
  UniqueFunction& operator=(UniqueFunction&& other) noexcept {
    if (this != &other) {
      reset();
      take(other);
    }
    return *this;
  }
  ~UniqueFunction() { reset(); }

  R operator()(Args... args) { return _operations->call(_storage, std::forward<Args>(args)...); }
  explicit operator bool() const noexcept { return _operations != nullptr; }

 private:
  struct Operations {
    R (*call)(void* storage, Args&&... args);
    void (*move)(void* to, void* from) noexcept;  // `from` is destroyed
    void (*destroy)(void* storage) noexcept;
  };

  static constexpr std::size_t Size = 3 * sizeof(void*);
  template <typename F>
  static constexpr bool FitsWithin = sizeof(F) <= Size &&
                                     alignof(F) <= alignof(void*) && std::is_nothrow_move_constructible_v<F>;

  template <typename F>
  struct Within {
    static F& of(void* storage) noexcept { return *std::launder(static_cast<F*>(storage)); }
    static R call(void* storage, Args&&... args) { return of(storage)(std::forward<Args>(args)...); }
    static void move(void* to, void* from) noexcept {
      ::new (to) F(std::move(of(from)));
      of(from).~F();
    }
    static void destroy(void* storage) noexcept { of(storage).~F(); }
    static constexpr Operations operations{call, move, destroy};
  };

  template <typename F>
  struct Allocated {
    static F*& of(void* storage) noexcept { return *std::launder(static_cast<F**>(storage)); }
    static R call(void* storage, Args&&... args) { return (*of(storage))(std::forward<Args>(args)...); }
    static void move(void* to, void* from) noexcept { ::new (to) F*(of(from)); }
    static void destroy(void* storage) noexcept { delete of(storage); }
    static constexpr Operations operations{call, move, destroy};
  };

  void take(UniqueFunction& other) noexcept {
    if (!other._operations) return;
    other._operations->move(_storage, other._storage);
    _operations = std::exchange(other._operations, nullptr);
  }
  void reset() noexcept {
    if (_operations) std::exchange(_operations, nullptr)->destroy(_storage);
  }

  const Operations* _operations = nullptr;
  alignas(void*) unsigned char _storage[Size];  // NOLINT: holds something where _operations says so
};

using Task = UniqueFunction<void()>;

}  // namespace chat::base
