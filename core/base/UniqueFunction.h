#pragma once

#include <concepts>
#include <memory>
#include <type_traits>
#include <utility>

namespace chat::base {

template <typename Signature>
class UniqueFunction;

/// A callable that is moved, never copied, so that it may own what it captures (`std::move_only_function` of C++23).
/// Allocates once at construction. Calling an empty one is undefined.
template <typename R, typename... Args>
class UniqueFunction<R(Args...)> {
 public:
  UniqueFunction() noexcept = default;
  template <typename F>
  requires(!std::same_as<std::remove_cvref_t<F>, UniqueFunction> && std::is_invocable_r_v<R, F&, Args...>)
      UniqueFunction(F&& f)  // NOLINT: implicit on purpose
      : _callable(std::make_unique<Model<std::remove_cvref_t<F>>>(std::forward<F>(f))) {}

  R operator()(Args... args) { return _callable->call(std::forward<Args>(args)...); }
  explicit operator bool() const noexcept { return _callable != nullptr; }

 private:
  struct Concept {
    virtual ~Concept() = default;
    virtual R call(Args... args) = 0;
  };
  template <typename F>
  struct Model final : Concept {
    explicit Model(F&& f) : _f(std::move(f)) {}
    explicit Model(const F& f) : _f(f) {}
    R call(Args... args) override { return _f(std::forward<Args>(args)...); }
    F _f;
  };
  std::unique_ptr<Concept> _callable;
};

using Task = UniqueFunction<void()>;

}  // namespace chat::base
