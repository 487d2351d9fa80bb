/**
 * A pure function of one immutable object that remembers its result as long as the object lives.
 * What runs once a resource over the same stack, inventory or kind would be quadratic without it.
 */
export function memoise<K extends object, V>(make: (key: K) => V): (key: K) => V {
  const made = new WeakMap<K, { readonly value: V }>();
  return (key) => {
    const known = made.get(key);
    if (known !== undefined) return known.value;
    const value = make(key);
    made.set(key, { value });
    return value;
  };
}
