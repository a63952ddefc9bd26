using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.InteropServices;

namespace Punch.Tests.Model;

/// <summary>
/// Copies an object with all that it holds, so that a world need not be played again from its start. Keys of the platform are borrowed, not
/// copied: use copies on one thread, and drop them before the original.
/// </summary>
internal sealed class Snapshot
{
    /// <summary>Nobody reads from a buffer as large as this what an earlier call left there.</summary>
    private const int Scratch = 65_000;

    private static readonly Dictionary<Type, Action<object, Snapshot>> Fixers = [];
    private static readonly FieldInfo IsOwner = typeof(SafeHandle).GetField("_ownsHandle", BindingFlags.Instance | BindingFlags.NonPublic)!;

    private static readonly Func<object, object> CloneShallow = typeof(object)
        .GetMethod(nameof(MemberwiseClone), BindingFlags.Instance | BindingFlags.NonPublic)!.CreateDelegate<Func<object, object>>();

    private readonly Dictionary<object, object> _copies = new(ReferenceEqualityComparer.Instance);

    public static T Of<T>(T original)
        where T : class => (T)new Snapshot().Copy(original)!;

    private object? Copy(object? original)
    {
        if (original is null or string or MemberInfo or byte[] { Length: > Scratch }) { return original; }

        if (_copies.TryGetValue(original, out object? known)) { return known; }

        object copy = CloneShallow(original);
        _copies.Add(original, copy);
        FixerOf(original.GetType())(copy, this);
        if (copy is SafeHandle) { IsOwner.SetValue(copy, false); }

        return copy;
    }

    private static Action<object, Snapshot> FixerOf(Type type)
    {
        lock (Fixers)
        {
            if (!Fixers.TryGetValue(type, out Action<object, Snapshot>? fixer)) { Fixers.Add(type, fixer = MakeFixer(type)); }

            return fixer;
        }
    }

    private static Action<object, Snapshot> MakeFixer(Type type)
    {
        bool isKeyed = type.IsGenericType && (type.GetGenericTypeDefinition() is var kind)
            && (kind == typeof(Dictionary<,>) || kind == typeof(HashSet<>));
        Type? key = isKeyed ? type.GetGenericArguments()[0] : null;
        bool isByReference = key is { IsValueType: false } && key != typeof(string);
        if (isByReference) { throw new NotSupportedException($"a copy of a {key} has another hash"); }

        if (!type.IsArray) { return Emit<Action<object, Snapshot>>(type, typeof(object)); }

        Type element = type.GetElementType()!;
        if (!HoldsReferences(element)) { return (_, _) => { }; }

        string fix = element.IsValueType ? nameof(FixValues) : nameof(FixObjects);
        return Method(fix, element).CreateDelegate<Action<object, Snapshot>>();
    }

    private static void FixObjects<T>(object copy, Snapshot snapshot)
        where T : class
    {
        var elements = (T?[])copy;
        for (int i = 0; i < elements.Length; i++) { elements[i] = (T?)snapshot.Copy(elements[i]); }
    }

    private static void FixValues<T>(object copy, Snapshot snapshot)
        where T : struct
    {
        foreach (ref T element in ((T[])copy).AsSpan()) { ValueFixer<T>.Fix(ref element, snapshot); }
    }

    private static bool HoldsReferences(Type type) =>
        !type.IsPointer && (!type.IsValueType || Fields(type).Any(field => HoldsReferences(field.FieldType)));

    private static IEnumerable<FieldInfo> Fields(Type? type)
    {
        const BindingFlags declared = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        for (; type is not null && !type.IsPrimitive; type = type.BaseType)
        {
            foreach (FieldInfo field in type.GetFields(declared)) { yield return field; }
        }
    }

    private static MethodInfo Method(string name, params Type[] arguments)
    {
        MethodInfo method = typeof(Snapshot).GetMethod(name, BindingFlags.Instance | BindingFlags.Static | BindingFlags.NonPublic)!;
        return arguments.Length == 0 ? method : method.MakeGenericMethod(arguments);
    }

    /// <summary>A method that replaces each reference in an object, or in a value, by its copy. Reflection alone is ten times slower.</summary>
    private static T Emit<T>(Type type, Type argument)
        where T : Delegate
    {
        var method = new DynamicMethod($"fix {type}", null, [argument, typeof(Snapshot)], typeof(Snapshot).Module, skipVisibility: true);
        ILGenerator il = method.GetILGenerator();
        foreach (FieldInfo field in Fields(type).Where(field => HoldsReferences(field.FieldType)))
        {
            LoadOwner();
            if (field.FieldType.IsValueType)
            {
                il.Emit(OpCodes.Ldflda, field);
                il.Emit(OpCodes.Ldarg_1);
                il.Emit(OpCodes.Call, typeof(ValueFixer<>).MakeGenericType(field.FieldType).GetMethod(nameof(ValueFixer<int>.Fix))!);
                continue;
            }

            il.Emit(OpCodes.Ldarg_1);
            LoadOwner();
            il.Emit(OpCodes.Ldfld, field);
            il.Emit(OpCodes.Call, Method(nameof(Copy)));
            il.Emit(OpCodes.Stfld, field);
        }

        il.Emit(OpCodes.Ret);
        return method.CreateDelegate<T>();

        void LoadOwner()
        {
            il.Emit(OpCodes.Ldarg_0);
            if (type.IsValueType && argument == typeof(object)) { il.Emit(OpCodes.Unbox, type); }
        }
    }

    private static class ValueFixer<T>
    {
        private static readonly Fixer Fixed = Emit<Fixer>(typeof(T), typeof(T).MakeByRefType());

        private delegate void Fixer(ref T value, Snapshot snapshot);

        public static void Fix(ref T value, Snapshot snapshot) => Fixed(ref value, snapshot);
    }
}
